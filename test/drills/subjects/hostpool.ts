import { createPool, type PoolStatus } from '@mysql-hostpool/core'
import { now } from '../clock.js'
import type { HostChange } from '../record.js'
import type { Subject, SubjectOptions } from './subject.js'

/** Changes that no event tells, such as a host that has become read-only, are looked for this often. */
const LOOK_EVERY = 20

/** The pool of this project, as it is by default but for its size. */
export function hostpool({ access, connections }: SubjectOptions): Subject {
  const { user, password, database, hosts } = access
  const pool = createPool({ host: hosts, user, password, database, connectionLimit: connections })
  const changes: HostChange[] = []
  const last = new Map<string, string>()
  const loans: Record<string, number[]> = {}
  const look = () => {
    for (const host of pool.status().hosts) {
      const reason = [host.state, host.reason, host.writable ? '' : 'no writes'].filter(Boolean).join(', ')
      if ((last.get(host.name) ?? 'up') === reason) continue
      last.set(host.name, reason)
      changes.push({ at: now(), host: host.name, good: reason === 'up', reason })
    }
  }
  pool.on('hostUp', look)
  pool.on('hostSuspect', look)
  pool.on('hostDown', look)
  pool.on('acquire', ({ host }) => (loans[host] ??= []).push(now()))
  const looking = setInterval(look, LOOK_EVERY)
  return {
    configuration: `connectionLimit ${connections}, all else by default`,
    changes,
    loans,
    async read(sql, values) {
      const [rows] = await pool.query(sql, values)
      return rows[0]
    },
    async write(sql, values) {
      await pool.query(sql, values)
    },
    borrow: () => pool.getConnection(),
    leaks: () => leaksOf(pool.status()),
    async end() {
      clearInterval(looking)
      await pool.end()
    },
  }
}

function leaksOf({ state, inUse, waiting, total }: PoolStatus): readonly string[] {
  const leaks: string[] = []
  if (inUse > 0) leaks.push(`${inUse} connections are still lent`)
  if (waiting > 0) leaks.push(`${waiting} callers still wait`)
  if (state !== 'open' && total > 0) leaks.push(`${total} connections are open after the end`)
  return leaks
}
