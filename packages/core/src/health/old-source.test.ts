import { describe, expect, it } from 'vitest'

import { cluster } from '../simulation/fake-cluster.js'
import type { Answer, Rows } from '../simulation/fake-driver.js'

/** A server as it is now; by default a source that takes writes. */
interface Standing {
  readonly readOnly?: boolean
  /** The host that it follows. */
  readonly follows?: string
  readonly threads?: 'run' | 'are stopped'
  /** The account may not ask which server it follows. */
  readonly privileged?: boolean
}

const COLUMNS = [
  'Channel_Name',
  'Source_Host',
  'Source_Port',
  'Replica_IO_Running',
  'Replica_SQL_Running',
  'Seconds_Behind_Source',
]

const replicaOf = (follows: string): Standing => ({ follows, readOnly: true })

/** A pool over three servers, each of which says what it is; they can change it. */
async function replication(standings: Record<string, Standing>) {
  const world = await cluster()
  const answer: Answer = (sql, { name }) => {
    const { readOnly = false, follows, threads = 'run', privileged = true } = standings[name] ?? {}
    if (sql.startsWith('SHOW GLOBAL VARIABLES')) return [['server_id', String('abc'.indexOf(name) + 1)]]
    if (sql.startsWith("SELECT 'READ_ONLY'")) return [['READ_ONLY', readOnly ? 1 : 0]]
    if (sql === 'SELECT CURRENT_USER()') return [['shop@%']]
    if (sql !== 'SHOW REPLICA STATUS') return []
    if (!privileged) return Object.assign(new Error('denied'), { errno: 1227 })
    const runs = threads === 'run'
    const row = ['', follows, 3306, runs ? 'Yes' : 'No', runs ? 'Yes' : 'No', runs ? 0 : null]
    const rows: Rows = Object.assign(follows === undefined ? [] : [row], { columns: COLUMNS })
    return rows
  }
  world.driver.answer = answer
  for (const lease of world.held) lease.release()
  const warnings: string[] = []
  world.pool.on('warning', ({ message }) => warnings.push(message))
  for (const name of ['a', 'b', 'c']) world.server(name).dropAll()
  await world.clock.flow(5_000)
  const standing = () =>
    Object.fromEntries(
      world.pool
        .status()
        .hosts.map(({ name, state, writable }) => [
          name.slice(0, 1),
          state !== 'up' ? state : writable ? 'writer' : 'reader',
        ]),
    )
  const die = (name: string): void => {
    world.server(name).ways.welcome = 'refuses'
    world.server(name).dropAll()
  }
  return { ...world, warnings, standing, die }
}

describe('an old source', () => {
  async function promoted() {
    const standings: Record<string, Standing> = { a: {}, b: replicaOf('a'), c: replicaOf('a') }
    const given = await replication(standings)
    expect(given.standing()).toEqual({ a: 'writer', b: 'reader', c: 'reader' })
    given.die('a')
    await given.clock.flow(3_000)
    standings['b'] = {}
    standings['c'] = replicaOf('b')
    await given.clock.flow(3_000)
    expect(given.standing()).toEqual({ a: 'down', b: 'writer', c: 'reader' })
    given.server('a').ways.welcome = 'accepts'
    await given.clock.flow(3_000)
    return { ...given, standings }
  }

  it('that comes back as it was is not used, and one warning says what to do', async () => {
    const { clock, standing, warnings } = await promoted()
    await clock.flow(60_000)
    expect(standing()).toEqual({ a: 'down', b: 'writer', c: 'reader' })
    expect(warnings).toEqual([
      "a:3306 takes writes, but b:3306 has taken its place, and it does not follow that. It is not used until that changes, or pool.hosts.accept('a:3306') says that this is as it should be",
    ])
  })

  it('is a replica as any other once it follows the new one', async () => {
    const { clock, standing, standings } = await promoted()
    standings['a'] = replicaOf('b')
    await clock.flow(1_000)
    expect(standing()).toEqual({ a: 'reader', b: 'writer', c: 'reader' })
  })

  it('is used at once when the operator accepts it', async () => {
    const { pool, clock, standing } = await promoted()
    pool.hosts.accept('a:3306')
    await clock.flow(100)
    expect(standing()).toMatchObject({ a: 'writer' })
    await clock.flow(10_000)
    expect(standing()).toMatchObject({ a: 'writer' })
  })

  it('is not used when the privilege to ask which server it follows is revoked, until it is granted again', async () => {
    const { clock, standing, standings, warnings } = await promoted()
    standings['a'] = { privileged: false }
    await clock.flow(20_000)
    expect(standing()).toEqual({ a: 'down', b: 'writer', c: 'reader' })
    expect(warnings.at(-1)).toContain(
      'a:3306 takes writes, but b:3306 has taken its place, and it may not be asked which server it follows now',
    )
    standings['a'] = replicaOf('b')
    await clock.flow(1_000)
    expect(standing()).toEqual({ a: 'reader', b: 'writer', c: 'reader' })
  })

  it('refuses the login of probes: it is not used, as before', async () => {
    const { clock, server, standing } = await promoted()
    server('a').ways.welcome = 'wants another password'
    await clock.flow(10_000)
    expect(standing()).toEqual({ a: 'down', b: 'writer', c: 'reader' })
  })

  it('ends the transactions that are open there when it was never seen to be away', async () => {
    const standings: Record<string, Standing> = { a: {}, b: replicaOf('a'), c: replicaOf('a') }
    const { pool, clock } = await replication(standings)
    const borrowed = pool.getConnection({ access: 'write' })
    await clock.flow(50)
    const lease = await borrowed
    const begun = lease.query('BEGIN')
    await clock.flow(10)
    await begun
    standings['b'] = {}
    await clock.flow(2_500)
    const written = lease.query('INSERT INTO t VALUES (1)').catch((error: unknown) => error)
    await clock.flow(10)
    expect(await written).toMatchObject({ code: 'ERR_HOSTPOOL_HOST_LOST' })
  })

  it('is left also when it was never seen to be away', async () => {
    const standings: Record<string, Standing> = { a: {}, b: replicaOf('a'), c: replicaOf('a') }
    const { clock, standing } = await replication(standings)
    standings['b'] = {}
    await clock.flow(2_500)
    expect(standing()).toEqual({ a: 'down', b: 'writer', c: 'reader' })
  })
})

describe('a replica', () => {
  it('that takes writes gets none when the privilege to ask which server it follows is revoked', async () => {
    const standings: Record<string, Standing> = { a: {}, b: { follows: 'a' }, c: replicaOf('a') }
    const { clock, standing } = await replication(standings)
    expect(standing()).toEqual({ a: 'writer', b: 'reader', c: 'reader' })
    standings['b'] = { follows: 'a', privileged: false }
    await clock.flow(20_000)
    expect(standing()).toEqual({ a: 'writer', b: 'reader', c: 'reader' })
  })

  it('that was promoted is the new source also where the privilege to ask is missing', async () => {
    const standings: Record<string, Standing> = { a: {}, b: replicaOf('a'), c: replicaOf('a') }
    const { clock, standing, die } = await replication(standings)
    die('a')
    await clock.flow(3_000)
    standings['b'] = { privileged: false }
    await clock.flow(5_000)
    expect(standing()).toEqual({ a: 'down', b: 'writer', c: 'reader' })
  })

  it('that is not read-only gets no writes, with a warning', async () => {
    const { standing, warnings } = await replication({ a: {}, b: { follows: 'a' }, c: replicaOf('a') })
    expect(standing()).toEqual({ a: 'writer', b: 'reader', c: 'reader' })
    expect(warnings).toEqual([expect.stringContaining('b:3306 takes writes, but it replicates from a:3306')])
  })

  it('whose replication is stopped is read when no other host is left, and writes wait for the next source', async () => {
    const stopped: Standing = { ...replicaOf('a'), threads: 'are stopped' }
    const standings: Record<string, Standing> = { a: {}, b: replicaOf('a'), c: replicaOf('a') }
    const { pool, die, clock } = await replication(standings)
    die('a')
    standings['b'] = stopped
    standings['c'] = stopped
    await clock.flow(3_000)
    const read = pool.query('SELECT 1')
    const write = pool.query('INSERT INTO t VALUES (1)')
    await clock.flow(2_000)
    await expect(read).resolves.toBeDefined()
    standings['b'] = {}
    await clock.flow(1_500)
    await expect(write).resolves.toBeDefined()
  })
})
