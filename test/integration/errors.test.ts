import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

import { type Connection, type ConnectionOptions, createConnection } from 'mysql2/promise'
import { afterAll, beforeAll, expect, it } from 'vitest'

import { freshDatabase } from './setup/fresh-database.js'
import { access, describeWithFaults, faultyCluster } from './setup/servers.js'

interface Observed {
  readonly what: string
  readonly servers: readonly string[]
  readonly error: object
}

/** What the classifier's tests go by. */
const observed = JSON.parse(
  readFileSync(new URL('../../packages/core/src/testing/observed-errors.json', import.meta.url), 'utf8'),
) as readonly Observed[]

/** MySQL's rows stay as they were seen: there is no such server here. */
const ROWS = observed.filter(({ servers }) => !servers.every((server) => server.startsWith('MySQL')))

const PASSWORD = 'a secret'
const LONG = 'SELECT COUNT(*) FROM seq_1_to_40000000 WHERE seq % 7 = 3'
const open = new Set<Connection>()
let database: string

async function connect(options: ConnectionOptions = {}, node = 0): Promise<Connection> {
  const { host, port } = faultyCluster().node(node)
  const { user, password } = access
  const connection = await createConnection({ host, port, user, password, database, ...options })
  connection.on('error', () => undefined)
  open.add(connection)
  return connection
}

async function query(sql: string, options: ConnectionOptions = {}): Promise<unknown> {
  const connection = await connect(options)
  return connection.query(sql)
}

function as(user: string, options: ConnectionOptions = {}): ConnectionOptions {
  return { user: `errors_${user}`, password: PASSWORD, ...options }
}

/** Two sessions of which the first has row 1 locked. */
async function rivals(node = 0): Promise<readonly [Connection, Connection]> {
  const [first, second] = [await connect(), await connect({}, node)]
  await first.query('BEGIN')
  await first.query('UPDATE item SET n = n + 1 WHERE id = 1')
  return [first, second]
}

/** Connects to something that treats a client so. */
async function meet(welcome: (client: Socket) => void): Promise<unknown> {
  const server = createServer((client) => {
    client.on('error', () => undefined)
    welcome(client)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  try {
    return await createConnection({ host: '127.0.0.1', port, connectTimeout: 300 })
  } finally {
    server.close()
  }
}

/** Whoever hangs up on unread bytes resets the socket, and its last words may be lost to that: then the server is asked again. */
async function untilHeard(ask: () => Promise<unknown>): Promise<unknown> {
  for (let time = 1; ; time += 1) {
    try {
      return await ask()
    } catch (error) {
      const reset = error instanceof Error && 'code' in error && error.code === 'ECONNRESET'
      if (!reset || time === 10) throw error
    }
  }
}

/** How each error comes about. */
const PROVOCATIONS: Readonly<Record<string, () => Promise<unknown>>> = {
  'a wrong password': () => connect({ password: 'not the one' }),
  'an account that nobody has': () => connect(as('nobody')),
  'an account that requires TLS': () => connect(as('tls')),
  'an unknown database': () => connect({ database: 'nowhere' }),
  'no privilege on the database': () => connect(as('poor')),
  'a locked account': () => connect(as('locked')),
  'an expired password': () => query('SELECT 1', as('expired', { database: '' })),
  'a server without TLS': () => connect({ ssl: {} }),
  'too many connections of the account': async () => {
    const limited = as('limited', { database: '' })
    await connect(limited)
    await connect(limited)
  },
  'too many statements of the account': async () => {
    const connection = await connect(as('asking', { database: '' }))
    for (let time = 0; time < 5; time += 1) await connection.query('SELECT 1')
  },
  'a node that rejects queries': async () => {
    const connection = await connect({}, 2)
    await faultyCluster().node(2).rejectQueries('ALL')
    try {
      await connection.query('SELECT * FROM item')
    } finally {
      await faultyCluster().node(2).rejectQueries('NONE')
    }
  },
  'a write on a read-only server': async () => {
    await faultyCluster().node(0).setReadOnly(true)
    try {
      await query('UPDATE item SET n = 0')
    } finally {
      await faultyCluster().node(0).setReadOnly(false)
    }
  },
  'a deadlock': async () => {
    const [first, second] = await rivals()
    await second.query('BEGIN')
    await second.query('UPDATE item SET n = n + 1 WHERE id = 2')
    const results = await Promise.allSettled([
      first.query('UPDATE item SET n = n + 1 WHERE id = 2'),
      sleep(100).then(() => second.query('UPDATE item SET n = n + 1 WHERE id = 1')),
    ])
    for (const result of results) if (result.status === 'rejected') throw result.reason
  },
  'a certification conflict at COMMIT': async () => {
    const [first, second] = await rivals(1)
    await second.query('BEGIN')
    await second.query('UPDATE item SET n = n + 2 WHERE id = 1')
    await first.query('COMMIT')
    await second.query('COMMIT')
  },
  'a record that changed since the snapshot': async () => {
    const [first, second] = [await connect(), await connect()]
    await first.query('SET SESSION innodb_snapshot_isolation = ON')
    await first.query('START TRANSACTION WITH CONSISTENT SNAPSHOT')
    await second.query('UPDATE item SET n = n + 1')
    await first.query('UPDATE item SET n = n + 1')
  },
  'a lock wait timeout': async () => {
    const [, second] = await rivals()
    await second.query('SET SESSION innodb_lock_wait_timeout = 1')
    await second.query('UPDATE item SET n = n + 1 WHERE id = 1')
  },
  'a lock that is not waited for': async () => {
    const [, second] = await rivals()
    await second.query('SELECT * FROM item WHERE id = 1 FOR UPDATE NOWAIT')
  },
  'a connection killed while it works': async () => {
    const [victim, killer] = [await connect(), await connect()]
    const work = victim.query(LONG)
    await Promise.all([work, sleep(100).then(() => killer.query(`KILL CONNECTION ${victim.threadId}`))])
  },
  'a connection killed while it rests': async () => {
    const [victim, killer] = [await connect(), await connect()]
    await killer.query(`KILL CONNECTION ${victim.threadId}`)
    await sleep(200)
    await victim.query('SELECT 1')
  },
  'a connection closed for wait_timeout': async () => {
    const connection = await connect()
    await connection.query('SET SESSION wait_timeout = 1')
    await sleep(1_800)
    await connection.query('SELECT 1')
  },
  'a statement killed': async () => {
    const [victim, killer] = [await connect(), await connect()]
    const work = victim.query(LONG)
    await Promise.all([work, sleep(100).then(() => killer.query(`KILL QUERY ${victim.threadId}`))])
  },
  'a statement beyond its time on the server': () => query(`SET STATEMENT max_statement_time = 0.1 FOR ${LONG}`),
  'a statement beyond its time on the client': async () => {
    const connection = await connect()
    await connection.query({ sql: 'SELECT SLEEP(1)', timeout: 100 })
  },
  'a syntax error': () => query('SELEC 1'),
  'a missing table': () => query('SELECT * FROM nothing'),
  'a missing column': () => query('SELECT nothing FROM item'),
  'a duplicate key': () => query('INSERT INTO item VALUES (1, 1, NULL)'),
  'a parent that is missing': () => query('INSERT INTO child VALUES (2, 9)'),
  'a parent that has children': () => query('DELETE FROM item WHERE id = 2'),
  'a NULL where none may be': () => query('INSERT INTO item VALUES (9, NULL, NULL)'),
  'a value that is too long': () => query("INSERT INTO item VALUES (9, 1, 'far too long')"),
  'a signal of the schema’s own': () => query("SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'not today'"),
  'a savepoint that is missing': () => query('ROLLBACK TO SAVEPOINT nowhere'),
  'no database selected': () => query('SELECT * FROM item', { database: '' }),
  'an unknown variable': () => query('SET SESSION nothing_like_it = 1'),
  'no privilege on a table': () => query(`SELECT * FROM \`${database}\`.item`, as('poor', { database: '' })),
  'no privilege for a statement': () => query('SET GLOBAL max_connections = 100'),
  'a write in a READ ONLY transaction': async () => {
    const connection = await connect()
    await connection.query('START TRANSACTION READ ONLY')
    await connection.query('UPDATE item SET n = 0')
  },
  'a statement larger than max_allowed_packet': () =>
    untilHeard(() => query(`SELECT LENGTH('${'x'.repeat(17 << 20)}')`)),
  'too few values for a prepared statement': async () => {
    const connection = await connect()
    await connection.execute('SELECT ?', [])
  },
  'a port where nobody listens': () => createConnection({ host: '127.0.0.1', port: 1 }),
  'a name that does not resolve': () => createConnection({ host: 'nowhere.invalid' }),
  'a server that accepts and stays silent': () => meet(() => undefined),
  'a server that closes at once': () => meet((client) => client.destroy()),
  'a server that resets at once': () => meet((client) => client.resetAndDestroy()),
  'a server of another protocol': () => meet((client) => client.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
}

describeWithFaults('the errors that the classifier was made for', () => {
  const accounts: Readonly<Record<string, string>> = {
    tls: 'REQUIRE SSL',
    poor: '',
    locked: 'ACCOUNT LOCK',
    expired: 'PASSWORD EXPIRE',
    limited: 'WITH MAX_USER_CONNECTIONS 1',
    asking: 'WITH MAX_QUERIES_PER_HOUR 3',
  }

  beforeAll(async () => {
    const fresh = await freshDatabase('errors')
    database = fresh.database
    const setUp = await connect()
    await setUp.query('CREATE TABLE item (id INT PRIMARY KEY, n INT NOT NULL, name VARCHAR(5))')
    await setUp.query(
      'CREATE TABLE child (id INT PRIMARY KEY, item INT NOT NULL, FOREIGN KEY (item) REFERENCES item (id))',
    )
    await setUp.query('INSERT INTO item VALUES (1, 0, NULL), (2, 0, NULL)')
    await setUp.query('INSERT INTO child VALUES (1, 2)')
    for (const [name, option] of Object.entries(accounts)) {
      await faultyCluster().node(0).sql(`CREATE OR REPLACE USER errors_${name} IDENTIFIED BY '${PASSWORD}' ${option}`)
    }
    // What node 2 and 3 are asked for has to be there.
    for (const node of [1, 2]) {
      const other = await createConnection({
        ...access,
        host: faultyCluster().node(node).host,
        port: faultyCluster().node(node).port,
      })
      await other.query(`SET STATEMENT wsrep_sync_wait = 1 FOR SELECT 1 FROM \`${database}\`.child`)
      await other.end()
    }
  })

  afterAll(async () => {
    for (const connection of open) connection.destroy()
    for (const name of Object.keys(accounts)) await faultyCluster().node(0).sql(`DROP USER IF EXISTS errors_${name}`)
  })

  it('each have a provocation', () => {
    expect(Object.keys(PROVOCATIONS).toSorted()).toEqual(ROWS.map(({ what }) => what).toSorted())
  })

  it.each(ROWS.map(({ what, error }) => [what, error] as const))(
    'are still as they were observed: %s',
    async (what, error) => {
      const found: unknown = await PROVOCATIONS[what]?.().catch((failure: unknown) => failure)
      for (const connection of open) connection.destroy()
      open.clear()
      expect(found).toBeInstanceOf(Error)
      const known = ['code', 'errno', 'sqlState', 'fatal'].flatMap((name) => {
        const value: unknown = Reflect.get(found as Error, name)
        return value === undefined ? [] : [[name, value]]
      })
      expect(Object.fromEntries(known)).toEqual(error)
    },
  )
})
