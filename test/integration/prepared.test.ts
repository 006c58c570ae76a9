import { createPool, type Lease, type Pool } from '@mysql-hostpool/core'
import { mysql2Pool } from '@mysql-hostpool/mysql2'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { freshDatabase, directConnection, type TestDatabase } from './setup/fresh-database.js'
import { errorPacket, PacketProxy } from './setup/packet-proxy.js'
import { access, describeWithFaults, faultyCluster } from './setup/servers.js'

const EXECUTE = 0x17

let config: TestDatabase
let host: string
let admin: Pool
let pool: Pool | undefined

beforeAll(async () => {
  config = await freshDatabase('prepared')
  host = config.host.split(',')[0] ?? ''
  admin = createPool(config)
})

afterAll(() => admin?.end())

afterEach(() => pool?.end())

describe('a statement that the server does not know any more', () => {
  it.each([
    [1243, 'Unknown prepared statement handler (1) given to mysqld_stmt_execute'],
    [1615, 'Prepared statement needs to be re-prepared'],
  ])('is prepared anew, and its caller does not notice: %i', async (errno, message) => {
    const proxy = await PacketProxy.open(host)
    pool = createPool({ ...config, host: proxy.address, connectionLimit: 1 })
    const ask = (sql: string, values?: unknown) =>
      pool?.execute({ sql, values: values as unknown[], namedPlaceholders: true })
    await ask('SELECT :n + 1 AS n', { n: '41' })
    await ask('SELECT ? + 1 AS n', ['41'])
    const gone = new Set<number>()
    let refused = 0
    proxy.fromClient = (packet) => {
      if (packet[4] !== EXECUTE) return 'passes'
      const id = packet.readUInt32LE(5)
      if (gone.size < 2) gone.add(id)
      if (!gone.has(id)) return 'passes'
      refused += 1
      return { answeredBy: errorPacket(1, { errno, message }) }
    }
    for (let time = 0; time < 3; time += 1) {
      expect(await ask('SELECT :n + 1 AS n', { n: '41' })).toMatchObject([[{ n: 42 }], {}])
    }
    for (let time = 0; time < 3; time += 1) {
      expect(await ask('SELECT ? + 1 AS n', ['41'])).toMatchObject([[{ n: 42 }], {}])
    }
    expect(refused).toBeGreaterThanOrEqual(2)
    await pool.end()
    await proxy.close()
  })

  it('inside a procedure, which has done something before, is not run again', async () => {
    await admin.query('CREATE TABLE done (id INT AUTO_INCREMENT PRIMARY KEY)')
    await admin.query('CREATE PROCEDURE work() BEGIN INSERT INTO done VALUES (); EXECUTE never_prepared; END')
    pool = createPool({ ...config, host, connectionLimit: 1 })
    await expect(pool.execute('CALL work()')).rejects.toMatchObject({ errno: 1243 })
    expect(await pool.query('SELECT COUNT(*) AS n FROM done')).toMatchObject([[{ n: 1 }], {}])
  })
})

describe('after USE', () => {
  const schemas = ['first', 'second'].map((name) => `${access.database}_prepared_${name}`)
  const [first = '', second = ''] = schemas

  async function valuesOf(schema: string): Promise<string[]> {
    const [rows] = await admin.query<{ v: string }[]>(`SELECT v FROM \`${schema}\`.tenant ORDER BY v`)
    return rows.map(({ v }) => v)
  }

  interface Lent {
    execute(sql: string, values?: unknown[]): Promise<unknown>
    query(sql: string): Promise<unknown>
    release(): void
  }

  it.each([
    ['of a lease', (from: Pool): Promise<Lent> => from.getConnection()],
    [
      'in mysql2’s shape',
      async (from: Pool): Promise<Lent> => (await mysql2Pool(from).promise().getConnection()) as unknown as Lent,
    ],
  ])('a statement that was prepared before is about the schema that is in use: %s', async (_, acquire) => {
    for (const schema of schemas) {
      await admin.query(`DROP DATABASE IF EXISTS \`${schema}\``)
      await admin.query(`CREATE DATABASE \`${schema}\``)
      await admin.query(`CREATE TABLE \`${schema}\`.tenant (v VARCHAR(20) PRIMARY KEY)`)
      await admin.query(`INSERT INTO \`${schema}\`.tenant VALUES (?)`, [schema === first ? 'a' : 'b'])
    }
    pool = createPool({ ...config, host, database: first, connectionLimit: 1 })
    const lease = await acquire(pool)
    const read = async (): Promise<string> => {
      const [rows] = (await lease.execute('SELECT v FROM tenant ORDER BY v')) as [{ v: string }[]]
      return rows.map(({ v }) => v).join(',')
    }
    const write = (v: string): Promise<unknown> => lease.execute('INSERT INTO tenant (v) VALUES (?)', [v])
    const seen = [await read()]
    await write('x')
    await lease.query(`USE \`${second}\``)
    seen.push(await read())
    await write('y')
    await lease.query(`USE \`${first}\``)
    seen.push(await read())
    lease.release()
    expect(seen).toEqual(['a', 'b', 'a,x'])
    expect([await valuesOf(first), await valuesOf(second)]).toEqual([
      ['a', 'x'],
      ['b', 'y'],
    ])
  })

  it('that a later one of several statements has followed with an error, the same holds', async () => {
    pool = createPool({
      ...config,
      host,
      database: first,
      connectionLimit: 1,
      multipleStatements: true,
      health: { probe: 'plain' },
    })
    const where = async (from: Pick<Lease, 'execute'>): Promise<unknown> => {
      const [[row]] = await from.execute<{ v: string }[]>('SELECT DATABASE() AS v')
      return row?.v
    }
    await pool.withConnection(async (lease) => {
      expect(await where(lease)).toBe(first)
      await expect(lease.query(`USE \`${second}\`; SELECT nothing`)).rejects.toMatchObject({ errno: 1054 })
      expect(await where(lease)).toBe(second)
    })
    expect(await where(pool)).toBe(first)
  })

  afterAll(async () => {
    for (const schema of schemas) await admin.query(`DROP DATABASE IF EXISTS \`${schema}\``)
  })
})

describeWithFaults('where the server has room for few prepared statements', () => {
  let before: number

  beforeAll(async () => {
    const [row] = await faultyCluster().node(0).sql('SELECT @@max_prepared_stmt_count AS n')
    before = Number(row?.['n'])
  })

  afterAll(() => faultyCluster().node(0).sql(`SET GLOBAL max_prepared_stmt_count = ${before}`))

  async function leaveRoomFor(count: number): Promise<void> {
    const node = faultyCluster().node(0)
    const [row] = await node.sql("SHOW GLOBAL STATUS LIKE 'Prepared_stmt_count'")
    const there = Number(row?.['Value'])
    await node.sql(`SET GLOBAL max_prepared_stmt_count = ${there + count}`)
  }

  it.each([0, 1, 10, 30])('all statements of a pool run: for %i', async (room) => {
    await leaveRoomFor(room)
    pool = createPool({ ...config, host: faultyCluster().node(0).address, connectionLimit: 4 })
    const ask = async (n: number): Promise<unknown> => {
      const [[row]] = (await pool?.execute<{ n: string }[]>(`SELECT ? + ${n} AS n`, ['1'])) ?? [[]]
      return Number(row?.n) - n
    }
    for (let round = 0; round < 2; round += 1) {
      const worker = async (first: number): Promise<void> => {
        for (let n = first; n < 100; n += 4) expect(await ask(n)).toBe(1)
      }
      await Promise.all([0, 1, 2, 3].map(worker))
    }
    // Others have room where there was any.
    const other = await directConnection(faultyCluster().node(0).address)
    const prepares = (): Promise<unknown> =>
      other.execute('SELECT ? AS x', ['1']).then(
        () => 'done',
        ({ errno }: { errno: number }) => errno,
      )
    // What the pool gives back has no answer, so the server may still be at it.
    await expect.poll(async () => room === 0 || (await prepares()) === 'done').toBe(true)
    await other.end()
  })

  it('a procedure that meets the limit is not run again', async () => {
    const { address } = faultyCluster().node(0)
    pool = createPool({ ...config, host: address, connectionLimit: 1 })
    await pool.query('CREATE TABLE counted (id INT AUTO_INCREMENT PRIMARY KEY)')
    await pool.query("CREATE PROCEDURE prepares() BEGIN INSERT INTO counted VALUES (); PREPARE s FROM 'DO 1'; END")
    await leaveRoomFor(1)
    await expect(pool.execute('CALL prepares()')).rejects.toMatchObject({ errno: 1461 })
    expect(await pool.query('SELECT COUNT(*) AS n FROM counted')).toMatchObject([[{ n: 1 }], {}])
  })
})
