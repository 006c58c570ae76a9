import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

import { type Examination, examine, type Level } from '@mysql-hostpool/cli'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'

import { formatServerUrl, ReplicationSet } from '../cluster/index.js'
import { Authority } from '../tls/authority.js'
import { TlsDoor } from '../tls/tls-door.js'
import { directConnection, freshDatabase, type TestDatabase } from './setup/fresh-database.js'
import { PacketProxy } from './setup/packet-proxy.js'
import { access, describeWithFaults, faultyCluster } from './setup/servers.js'

const COMMAND = fileURLToPath(new URL('../../packages/cli/bin/mysql-hostpool.js', import.meta.url))

interface Ended {
  readonly status: number | string | null | undefined
  readonly output: string
}

/** Runs the command as its users do, without the colours that an environment such as CI's may ask for. */
async function typed(...args: readonly string[]): Promise<Ended> {
  const env = { ...process.env, NO_COLOR: '1' }
  return new Promise((resolve) => {
    execFile(process.execPath, [COMMAND, ...args], { env, timeout: 20_000 }, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : error.code, output: `${stdout}${stderr}` })
    })
  })
}

/** What was found, `error tables db1:3306,…`. */
function told({ findings }: Examination, ...levels: readonly Level[]): readonly string[] {
  return findings
    .filter(({ level }) => levels.includes(level))
    .map(({ level, check, hosts }) => `${level} ${check} ${hosts.join()}`.trimEnd())
}

let database: TestDatabase

beforeAll(async () => {
  database = await freshDatabase('doctor')
  const connection = await directConnection(access.hosts.split(',')[0] ?? '')
  await connection.query(`CREATE TABLE \`${database.database}\`.product (id INT NOT NULL PRIMARY KEY)`)
  await connection.end()
})

describeWithFaults('the doctor', () => {
  it('finds a fit cluster fit, and shows no password', async () => {
    const { status, output } = await typed(
      'doctor',
      formatServerUrl({ ...database, hosts: database.host }),
      '--processes',
      '3',
    )
    expect(output).toMatch(/\nfit: 0 errors, 0 warnings, \d notes\n$/)
    expect(status).toBe(0)
    expect(output).not.toContain(access.password)
  })

  it('finds the nodes that the URL does not name', async () => {
    const [first = ''] = database.host.split(',')
    const examination = await examine(formatServerUrl({ ...database, hosts: first }))
    expect(examination.fitness).toBe('fit')
    expect(examination.hosts.map(({ name, origin }) => `${origin} ${name}`).toSorted()).toEqual(
      [
        `configured ${first}`,
        ...database.host
          .split(',')
          .slice(1)
          .map((name) => `member ${name}`),
      ].toSorted(),
    )
    expect(examination.findings.find(({ check }) => check === 'members')?.hosts).toHaveLength(2)
  })
})

describeWithFaults('the doctor of a host that hangs', () => {
  it('ends in time, wherever that happens, and does not call it well', async () => {
    const [first = ''] = database.host.split(',')
    for (const question of ['UTC_TIMESTAMP', 'SHOW SESSION VARIABLES', 'information_schema.TABLES']) {
      const proxy = await PacketProxy.open(first)
      proxy.fromClient = (packet, flow) => {
        if (packet.includes(question)) flow.fallSilent()
        return 'passes'
      }
      const begin = performance.now()
      const examination = await examine(formatServerUrl({ ...database, hosts: proxy.address }), { timeout: 250 })
      expect(performance.now() - begin).toBeLessThan(2_500)
      expect(told(examination, 'warning')).toContain(`warning unanswered ${proxy.address}`)
      await proxy.close()
    }
  })
})

describeWithFaults('the doctor of a cluster with five faults', () => {
  const doors: TlsDoor[] = []

  afterEach(async () => {
    for (const door of doors.splice(0)) door.close()
    const [first, second, third] = faultyCluster().nodes
    await first?.sql('SET GLOBAL max_connections = 200')
    await first?.sql(`DROP TABLE IF EXISTS \`${database.database}\`.old`)
    await second?.sql('SET GLOBAL wsrep_on = ON')
    await third?.sql('SET GLOBAL wsrep_on = ON')
    await third?.sql("DROP USER IF EXISTS 'doctor'@'%'")
    await faultyCluster().heal()
  })

  it('finds each of them, and nothing else that is wrong', async () => {
    const { database: name } = database
    const [first, second, third] = faultyCluster().nodes
    if (first === undefined || second === undefined || third === undefined) throw new Error('three nodes are needed')
    const authority = await Authority.make('the authority of this test')
    const [right, wrong] = [await authority.certify('127.0.0.1'), await authority.certify('db.example.test')]
    const open = async (
      node: { readonly host: string; readonly port: number },
      certificate = right,
    ): Promise<string> => {
      const door = await TlsDoor.open(node, certificate)
      doors.push(door)
      return door.address
    }
    await first.sql("CREATE USER 'doctor'@'%' IDENTIFIED BY 'a secret of its own'")
    await first.sql(`GRANT SELECT ON \`${name}\`.* TO 'doctor'@'%'`)
    await third.sql('SET STATEMENT wsrep_sync_wait = 1 FOR SELECT 1 FROM mysql.user LIMIT 1')

    // One: the account lacks a grant, on this node alone.
    await third.sql('SET GLOBAL wsrep_on = OFF')
    await third.sql(`REVOKE SELECT ON \`${name}\`.* FROM 'doctor'@'%'`)
    await third.sql('SET GLOBAL wsrep_on = ON')
    // Two: a node outside of its cluster.
    await second.sql('SET GLOBAL wsrep_on = OFF')
    // Three: room for too few.
    await first.sql('SET GLOBAL max_connections = 20')
    // Four: a certificate for another name.
    const [small, outside, ungranted, mistaken] = [
      await open(first),
      await open(second),
      await open(third),
      await open(third, wrong),
    ]
    // Five: a table that Galera does not replicate.
    await first.sql(`CREATE TABLE \`${name}\`.old (id INT NOT NULL PRIMARY KEY) ENGINE = MyISAM`)

    const examination = await examine(
      {
        host: [small, outside, ungranted, mistaken],
        user: 'doctor',
        password: 'a secret of its own',
        database: name,
        ssl: { ca: authority.ca },
      },
      // The nodes know each other by addresses where no door is, and write to no disk.
      { processes: 8, ignore: ['members', 'durability'] },
    )
    expect(examination.fitness).toBe('unfit')
    expect(told(examination, 'error')).toEqual([
      `error login ${ungranted}`,
      `error tls ${mistaken}`,
      `error one-cluster ${outside}`,
      `error connection-limits ${small}`,
      'error tables',
    ])
    expect(told(examination, 'warning')).toEqual([`warning node-state ${outside}`])
    const remedies = examination.findings.filter(({ level }) => level === 'error').map(({ remedy }) => remedy)
    expect(remedies.join('\n')).toMatch(
      /^GRANT SELECT.*\nIssue the certificate for 127\.0\.0\.1.*\nSET GLOBAL wsrep_on = ON.*\nSET GLOBAL max_connections = .*\nALTER TABLE .*\.`old` ENGINE = InnoDB;$/,
    )
    expect(JSON.stringify(examination)).not.toContain('a secret of its own')
  })
})

describeWithFaults('the doctor of a source and its replicas', () => {
  let set: ReplicationSet

  beforeAll(async () => {
    set = await ReplicationSet.start()
  })

  afterAll(() => set.stop())

  it('finds them fit, a replica that has stopped, and a missing grant', async () => {
    // The servers of tests do not write to disk at once.
    const ignore = ['durability']
    const [source, stopped, writable] = set.nodes
    expect(await examine(formatServerUrl(set), { ignore })).toMatchObject({ fitness: 'fit' })
    await stopped?.stopReceiving()
    await writable?.setReadOnly(false)
    const ill = await examine(formatServerUrl(set), { ignore })
    expect(told(ill, 'error', 'warning').toSorted()).toEqual(
      [`warning node-state ${stopped?.address ?? ''}`, `warning node-state ${writable?.address ?? ''}`].toSorted(),
    )
    await source?.sql("REVOKE REPLICA MONITOR ON *.* FROM 'app'@'%'")
    const limited = await examine(formatServerUrl(set), { ignore })
    const missing = limited.findings.find(({ check }) => check === 'probe-grants')
    expect(missing).toMatchObject({ level: 'error', remedy: "GRANT REPLICA MONITOR ON *.* TO 'app'@'%';" })
    expect(missing?.hosts).toContain(source?.address)
  })
})
