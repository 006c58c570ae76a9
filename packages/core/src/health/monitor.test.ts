import { describe, expect, it } from 'vitest'

import type { HealthOptions } from '../config/options.js'
import { resolveConfig } from '../config/pool-config.js'
import { Hostpool } from '../hostpool.js'
import { type Answer as Reply, FakeDriver } from '../testing/fake-driver.js'
import { FakeServer } from '../testing/fake-server.js'
import { VirtualClock } from '../testing/virtual-clock.js'

/** What the server says for each statement that begins so; anything else is answered by no rows. */
type Replies = Readonly<Record<string, ReturnType<Reply>>>

const GROUP = [['group_replication_group_name', 'aaaaaaaa-1111-2222-3333-444444444444']]
const READ_ONLY_OFF = { "SELECT 'READ_ONLY'": [['READ_ONLY', 0]] }
const account = [['shop@%']]

function refusal(errno: number, message: string): Error {
  return Object.assign(new Error(message), { errno })
}

function countOf(asked: readonly string[], beginning: string): number {
  return asked.filter((sql) => sql.startsWith(beginning)).length
}

/** Each server answers for itself. */
type Servers = (name: string) => Replies

/** A pool of two servers, some seconds after its first use. */
async function watch(given: Replies | Servers, health: HealthOptions = {}) {
  const repliesOf = typeof given === 'function' ? given : () => given
  const clock = new VirtualClock()
  const servers = new Map(['a', 'b'].map((name) => [name, new FakeServer(name, clock)]))
  const driver = new FakeDriver((host) => {
    const server = servers.get(host)
    if (server === undefined) throw new Error(`There is no ${host}`)
    return server
  })
  const asked: string[] = []
  driver.answer = (sql, { name }) => {
    asked.push(sql)
    const replies = { ...READ_ONLY_OFF, ...repliesOf(name) }
    const [, reply = []] = Object.entries(replies).find(([beginning]) => sql.startsWith(beginning)) ?? []
    return reply
  }
  const pool = new Hostpool(resolveConfig({ host: 'a,b', user: 'shop', health }), { clock, random: () => 0.5, driver })
  const warnings: string[] = []
  pool.on('warning', ({ message }) => warnings.push(message))
  // Its own fate is not the matter here: with every host taken away it fails.
  const used = Promise.allSettled([pool.query('SELECT 1')])
  await clock.flow(5_000)
  await used
  return { pool, clock, warnings, asked, servers }
}

describe('a missing privilege', () => {
  const refused = {
    'SHOW GLOBAL VARIABLES': GROUP,
    'SELECT COUNT': refusal(1142, "SELECT command denied to user 'shop'@'10.0.0.9'"),
    'SELECT CURRENT_USER': account,
    "SELECT 'READ_ONLY'": [['READ_ONLY', 1]],
  }

  it('is told once for all hosts, with the statement that grants it', async () => {
    const { warnings } = await watch(refused)
    expect(warnings).toEqual([
      expect.stringContaining(
        "The group-replication probe was refused (SELECT command denied to user 'shop'@'10.0.0.9')",
      ),
    ])
    expect(warnings[0]).toContain("GRANT SELECT ON performance_schema.replication_group_members TO 'shop'@'%'")
  })

  it('leaves what any account may see: the host is used, and read_only is heeded', async () => {
    const { pool } = await watch(refused)
    expect(pool.status().hosts).toEqual([
      expect.objectContaining({ state: 'up', reason: 'read_only is on' }),
      expect.objectContaining({ state: 'up', reason: 'read_only is on' }),
    ])
  })

  it('is looked for again by every other probe, over a new connection', async () => {
    const { asked, clock, servers } = await watch({ ...refused, ...READ_ONLY_OFF })
    const before = { handshakes: servers.get('a')?.handshakes ?? 0, refused: countOf(asked, 'SELECT COUNT') }
    await clock.flow(20_000)
    const refusedSince = countOf(asked, 'SELECT COUNT') - before.refused
    const probes = countOf(asked, "SELECT 'READ_ONLY'")
    expect(refusedSince).toBeGreaterThan(6)
    expect(refusedSince).toBeLessThan(probes * 0.7)
    expect((servers.get('a')?.handshakes ?? 0) - before.handshakes).toBeCloseTo(refusedSince / 2, -0.5)
  })

  it('that is granted later takes effect within two probes', async () => {
    const replies: Record<string, ReturnType<Reply>> = { ...refused }
    const { pool, clock } = await watch(() => replies)
    expect(pool.status().hosts[0]?.reason).toBe('read_only is on')
    replies['SELECT COUNT'] = [[1, '1', 'RECOVERING', 'PRIMARY', 0, 0, 0]]
    await clock.flow(4_500)
    expect(pool.status().hosts[0]).toMatchObject({ state: 'down' })
  })

  it.each([1044, 1142, 1143, 1227])('does not take a host away where the probe was named: errno %i', async (errno) => {
    const replies = { 'SHOW ': refusal(errno, 'denied'), 'SELECT CURRENT_USER': account }
    const { pool, warnings } = await watch(replies, { probe: 'replication' })
    expect(pool.status().hosts).toEqual([
      expect.objectContaining({ state: 'up' }),
      expect.objectContaining({ state: 'up' }),
    ])
    expect(warnings).toEqual([expect.stringContaining("GRANT REPLICATION CLIENT ON *.* TO 'shop'@'%'")])
  })
})

describe('a question that the server does not understand', () => {
  const replies = { 'SHOW REPLICA STATUS': refusal(1064, 'syntax'), 'SELECT CURRENT_USER': account }

  it('makes a server that was found out a plain one', async () => {
    const { pool, warnings } = await watch(replies)
    expect(pool.status().hosts).toEqual([
      expect.objectContaining({ state: 'up' }),
      expect.objectContaining({ state: 'up' }),
    ])
    expect(warnings).toEqual([expect.stringContaining("set health.probe to 'plain'")])
    expect(warnings[0]).not.toContain('GRANT')
  })

  it('is told from an error that passes: the next probe asks again', async () => {
    const { asked, warnings } = await watch({ 'SHOW REPLICA STATUS': refusal(1317, 'Query execution was interrupted') })
    expect(warnings).toEqual([])
    expect(asked.filter((sql) => sql === 'SHOW REPLICA STATUS').length).toBeGreaterThan(4)
  })

  it('takes the host away where the probe was named: it is not what it should be', async () => {
    const { pool, warnings } = await watch(replies, { probe: 'replication' })
    expect(pool.status().hosts[0]).toMatchObject({ state: 'down', reason: 'syntax' })
    expect(warnings).toEqual([])
  })
})

describe('when roles change', () => {
  const READ_ONLY = "SELECT 'READ_ONLY'"

  it('a write that its writer refuses is sent on to the next one, and all hosts are asked at once', async () => {
    const sql = 'INSERT INTO t VALUES (1)'
    let writer = 'a'
    const replies = (name: string): Replies => ({
      [READ_ONLY]: [['READ_ONLY', name === writer ? 0 : 1]],
      "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('read_only'": [['read_only', name === writer ? 'OFF' : 'ON']],
      [sql]: name === writer ? [] : refusal(1290, 'read-only'),
    })
    const { pool, clock } = await watch(replies, { probe: 'plain' })
    expect(pool.status().hosts.map(({ writable }) => writable)).toEqual([true, false])
    writer = 'b'
    const write = pool.query(sql).catch((error: unknown) => error)
    await clock.flow(50)
    expect(await write).toEqual([[], undefined])
    expect(pool.status().hosts.map(({ writable }) => writable)).toEqual([false, true])
  })

  it('a write that is refused for another setting is the caller’s, and no host is thought less of', async () => {
    const replies = {
      [READ_ONLY]: [['READ_ONLY', 0]],
      "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('read_only'": [['read_only', 'OFF']],
      LOAD: refusal(1290, '--secure-file-priv'),
    }
    const { pool, clock } = await watch(replies, { probe: 'plain' })
    const write = pool.query("LOAD DATA INFILE 'x' INTO TABLE t").catch((error: unknown) => error)
    await clock.flow(50)
    expect(await write).toMatchObject({ errno: 1290 })
    expect(pool.status().hosts.map(({ writable }) => writable)).toEqual([true, true])
  })

  it('a write waits for the next writer when the last one was there a moment ago', async () => {
    const readOnly = new Set(['b'])
    const replies = (name: string): Replies => ({ [READ_ONLY]: [['READ_ONLY', readOnly.has(name) ? 1 : 0]] })
    const { pool, clock } = await watch(replies, { probe: 'plain' })
    readOnly.add('a')
    await clock.flow(3_000)
    expect(pool.status().hosts.map(({ writable }) => writable)).toEqual([false, false])
    const write = pool.query('INSERT INTO t VALUES (1)')
    await clock.flow(5_000)
    readOnly.delete('b')
    await clock.flow(2_000)
    await write
    expect(pool.status().hosts.map(({ writable }) => writable)).toEqual([false, true])
  })

  it('a write fails at once where there never was a writer', async () => {
    const { pool } = await watch({ [READ_ONLY]: [['READ_ONLY', 1]] }, { probe: 'plain' })
    await expect(pool.query('INSERT INTO t VALUES (1)')).rejects.toMatchObject({ code: 'ERR_HOSTPOOL_NO_HOST' })
  })

  it('those left when a host went down are asked more often, for half a minute', async () => {
    let askedB = 0
    const replies = (name: string): Replies => {
      if (name === 'b') askedB += 1
      return { [READ_ONLY]: [['READ_ONLY', 0]] }
    }
    const { clock, servers } = await watch(replies, { probe: 'plain' })
    const lost = servers.get('a')
    if (lost === undefined) throw new Error('There is no server a')
    lost.ways.welcome = 'refuses'
    lost.dropAll()
    await clock.flow(5_000)
    askedB = 0
    await clock.flow(10_000)
    expect(askedB).toBeGreaterThan(18)
    await clock.flow(30_000)
    askedB = 0
    await clock.flow(10_000)
    expect(askedB).toBeLessThan(8)
  })
})
