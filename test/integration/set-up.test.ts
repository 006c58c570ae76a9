import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createPool, type Pool, type PoolOptions } from '@mysql-hostpool/core'
import { typeormDriver } from '@mysql-hostpool/typeorm'
import { generate } from 'selfsigned'
import { DataSource } from 'typeorm'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { GaleraCluster } from '../cluster/index.js'
import { access, describeWithFaults, faultyCluster } from './setup/servers.js'

const CONNECTION = { host: access.hosts, user: access.user, password: access.password, database: access.database }

let pool: Pool | undefined

function open(options: PoolOptions): Pool {
  pool = createPool({ ...CONNECTION, ...options })
  return pool
}

afterEach(async () => {
  await pool?.end()
  pool = undefined
})

describeWithFaults('a password function', () => {
  it('is asked for every new connection, and refresh() retires those made with the old answer without closing a checked out one', async () => {
    const root = faultyCluster().node(0)
    await root.sql("CREATE OR REPLACE USER rotating IDENTIFIED BY 'first'")
    await root.sql(`GRANT SELECT ON ${access.database}.* TO rotating`)
    let password = 'first'
    let asked = 0
    const both = open({
      user: 'rotating',
      host: root.address,
      connectionLimit: 2,
      password: async () => {
        asked += 1
        return password
      },
    })
    const held = await both.getConnection()
    await both.query('SELECT 1')
    const heldThread = held.threadId
    await root.sql("ALTER USER rotating IDENTIFIED BY 'second'")
    password = 'second'
    both.refresh()
    await expect(held.query('SELECT 2 AS n')).resolves.toMatchObject([[{ n: 2 }], {}])
    held.release()
    const next = await both.getConnection()
    expect(next.threadId).not.toBe(heldThread)
    next.release()
    expect(asked).toBeGreaterThan(2)
  })
})

describe('a password function that fails', () => {
  it.each([
    [
      'throws',
      (): string => {
        throw new Error('the vault is sealed')
      },
    ],
    ['rejects', (): Promise<string> => Promise.reject(new Error('the vault is sealed'))],
  ])('fails the caller with its own error when it %s, and marks no host down', async (_, password) => {
    const one = open({ password, health: { interval: 50 } })
    await expect(one.query('SELECT 1')).rejects.toThrow('the vault is sealed')
    expect(one.status().hosts.map(({ state }) => state)).not.toContain('down')
  })
})

describe('sessionVariables', () => {
  it('are set on each connection and set again after a reset', async () => {
    const one = open({ connectionLimit: 1, sessionVariables: { time_zone: '+00:00', wsrep_sync_wait: 1 } })
    const shown = 'SELECT @@time_zone AS zone, @@wsrep_sync_wait AS wait, @mine AS mine'
    const lease = await one.getConnection()
    await lease.query("SET time_zone = '+05:00', @mine = 1, wsrep_sync_wait = 0")
    lease.release()
    const [rows] = await one.query(shown)
    expect(rows).toEqual([{ zone: '+00:00', wait: 1, mine: null }])
  })

  it('that the server does not know are its own error', async () => {
    const one = open({ sessionVariables: { no_such_thing: 1 } })
    await expect(one.query('SELECT 1')).rejects.toMatchObject({ errno: 1193 })
    expect(one.status().hosts.map(({ state }) => state)).not.toContain('down')
  })
})

describe('a process', () => {
  /** Runs a program with a pool on the test servers and answers what it printed, and its exit status. */
  async function run(program: string): Promise<{ readonly status: number; readonly output: string }> {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      cwd: new URL('..', import.meta.url),
      env: { ...process.env, POOL_OPTIONS: JSON.stringify({ ...CONNECTION, connectionLimit: 1, acquireTimeout: 700 }) },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 15_000,
    })
    let output = ''
    child.stdout.on('data', (chunk) => (output += String(chunk)))
    child.stderr.on('data', (chunk) => (output += String(chunk)))
    const [status] = await once(child, 'close')
    return { status: Number(status), output }
  }

  const OPEN =
    "import { createPool } from '@mysql-hostpool/core'\nconst pool = createPool(JSON.parse(process.env.POOL_OPTIONS))\n"

  it('ends by itself when all it holds is an idle pool', async () => {
    expect(await run(`${OPEN} await pool.query('SELECT 1'); console.log('done')`)).toEqual({
      status: 0,
      output: 'done\n',
    })
  })

  it('does not end while it waits for a connection', async () => {
    const waits = `${OPEN} const held = await pool.getConnection()
      pool.getConnection().catch((error) => console.log(error.code)).finally(() => held.release())`
    expect(await run(waits)).toEqual({ status: 0, output: 'ERR_HOSTPOOL_ACQUIRE_TIMEOUT\n' })
  })

  it('holds nothing open after end()', async () => {
    const ends = `${OPEN} await pool.query('SELECT 1'); await pool.end()
      console.log(process.getActiveResourcesInfo().filter((name) => name !== 'PipeWrap' && name !== 'TTYWrap'))`
    expect(await run(ends)).toEqual({ status: 0, output: '[]\n' })
  })
})

describeWithFaults('TLS', () => {
  let directory: string
  let cluster: GaleraCluster
  let certificate: string

  beforeAll(async () => {
    const made = await generate([{ name: 'commonName', value: 'db.example.test' }], {
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'db.example.test' }] }],
    })
    certificate = made.cert
    directory = mkdtempSync(join(tmpdir(), 'hostpool-tls-'))
    const files = { ssl_cert: join(directory, 'cert.pem'), ssl_key: join(directory, 'key.pem') }
    writeFileSync(files.ssl_cert, made.cert)
    // Made for this test and thrown away with it; the server runs as another user and has to read it.
    writeFileSync(files.ssl_key, made.private)
    chmodSync(directory, 0o755)
    cluster = await GaleraCluster.start({ nodes: 1, settings: files })
  })

  afterAll(async () => {
    await cluster.stop()
    rmSync(directory, { recursive: true, force: true })
  })

  function secure(options: PoolOptions): Pool {
    const { user, password, database } = cluster
    return open({ user, password, database, ...options })
  }

  function host(servername?: string): PoolOptions['host'] {
    const { host: name, port } = cluster.node(0)
    return [servername === undefined ? { host: name, port } : { host: name, port, servername }]
  }

  it('checks the certificate against the host’s own server name', async () => {
    const one = secure({ host: host('db.example.test'), ssl: { ca: certificate } })
    const [rows] = await one.query("SHOW STATUS LIKE 'Ssl_version'")
    expect(rows).toMatchObject([{ Value: expect.stringMatching(/^TLS/) as unknown }])
  })

  it('refuses a certificate for another name, and does not take the host for dead', async () => {
    const one = secure({ host: host('elsewhere.example.test'), ssl: { ca: certificate } })
    await expect(one.query('SELECT 1')).rejects.toThrow(/elsewhere\.example\.test/)
    expect(one.status().hosts[0]?.state).not.toBe('down')
  })

  it('holds for a DataSource that owns its pool, and says it in its own options', async () => {
    const { user: username, password, database } = cluster
    const connected = (name: string) =>
      new DataSource({
        type: 'mariadb',
        driver: typeormDriver({ host: host(name) }),
        username,
        password,
        database,
        ssl: { ca: certificate },
      }).initialize()
    const source = await connected('db.example.test')
    await expect(source.query("SHOW STATUS LIKE 'Ssl_version'")).resolves.toMatchObject([
      { Value: expect.stringMatching(/^TLS/) as unknown },
    ])
    await source.destroy()
    await expect(connected('elsewhere.example.test')).rejects.toThrow(/elsewhere\.example\.test/)
  })

  it('refuses a certificate that nobody vouches for', async () => {
    const one = secure({ host: host('db.example.test'), ssl: true })
    await expect(one.query('SELECT 1')).rejects.toThrow(/self.signed/)
  })
})
