import { createPool, type Pool, type PoolStatus } from '@mysql-hostpool/core'
import { now } from '../clock.js'
import type { HostChange } from '../record.js'
import { isReplication, MAX_REPLICA_LAG } from '../server-kind.js'
import type { SubjectOptions } from './subject.js'

/** Changes that no event tells, such as a host that has become read-only, are looked for this often. */
const LOOK_EVERY = 20
/** A host that is as well as it can be: a secondary takes no writes by its role. */
const WELL: readonly string[] = ['up', 'up, secondary, no writes']
/** Nor does a replica; on other servers a node that does not is less than it should be. */
const REPLICA: readonly string[] = ['up, read_only is on, no writes', 'up, super_read_only is on, no writes']

/** The pool of this project, as it is by default but for its size and the lag that it puts up with, and what it says about its hosts. */
export class WatchedPool {
  readonly pool: Pool
  readonly configuration: string
  readonly changes: HostChange[] = []
  readonly #last = new Map<string, string>()
  readonly #well: ReadonlySet<string>
  readonly #looking: NodeJS.Timeout

  constructor({ access, connections, servers }: SubjectOptions) {
    const { user, password, database, hosts } = access
    const replicated = isReplication(servers)
    const lag = replicated ? `, health.maxReplicaLag ${MAX_REPLICA_LAG}` : ''
    this.configuration = `connectionLimit ${connections}${lag}, all else by default`
    this.#well = new Set(replicated ? [...WELL, ...REPLICA] : WELL)
    this.pool = createPool({
      host: hosts,
      user,
      password,
      database,
      connectionLimit: connections,
      ...(replicated && { health: { maxReplicaLag: MAX_REPLICA_LAG } }),
    })
    for (const event of ['hostUp', 'hostSuspect', 'hostDown'] as const) this.pool.on(event, () => this.#look())
    this.#looking = setInterval(() => this.#look(), LOOK_EVERY)
  }

  leaks(): readonly string[] {
    return leaksOf(this.pool.status())
  }

  async end(): Promise<void> {
    clearInterval(this.#looking)
    await this.pool.end()
  }

  #look(): void {
    for (const host of this.pool.status().hosts) {
      const reason = [host.state, host.reason, host.writable ? '' : 'no writes'].filter(Boolean).join(', ')
      if ((this.#last.get(host.name) ?? 'up') === reason) continue
      this.#last.set(host.name, reason)
      this.changes.push({ at: now(), host: host.name, good: this.#well.has(reason), reason })
    }
  }
}

function leaksOf({ state, inUse, waiting, total }: PoolStatus): readonly string[] {
  const leaks: string[] = []
  if (inUse > 0) leaks.push(`${inUse} connections are still in use`)
  if (waiting > 0) leaks.push(`${waiting} callers still wait`)
  if (state !== 'open' && total > 0) leaks.push(`${total} connections are open after the end`)
  return leaks
}
