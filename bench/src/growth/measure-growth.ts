import { createPool, type Lease, type Pool } from '@mysql-hostpool/core'
import type { ServerAccess } from '@mysql-hostpool/test/cluster'
import { type Connection, createConnection } from 'mysql2'
import { median } from 'simple-statistics'
import type { TrialResult } from '../benchmark.js'
import { Callers } from '../cycle/callers.js'
import type { CycleSubject } from '../cycle/subject.js'
import { heldBytes } from '../observe/held-bytes.js'
import { timed } from '../observe/timed.js'
import { firstOf } from '../servers/host-access.js'
import type { Assignment } from '../trial.js'
import { MEMORY, MEMORY_CONNECTIONS, type Size, type SizeName, SIZES } from './benchmark.js'

const CALLERS = 10
/** Of its prepared statements a connection keeps room for so many. */
const SAME_AS_POOL = 256
const WARM_UP = 30_000
const SLICES = { full: 9, quick: 3, cycles: 10_000 }

export function measureGrowth({ subject, access, quick }: Assignment): Promise<TrialResult> {
  if (subject === MEMORY) return measureMemory(access)
  return measureSize(SIZES[subject as SizeName], access, quick)
}

async function measureSize(size: Size, access: ServerAccess, quick: boolean): Promise<TrialResult> {
  const pool = await openPool(access, size)
  const subject: CycleSubject = {
    api: 'promise',
    subject: {
      configuration: '',
      borrow: () => pool.getConnection(),
      giveBack: (lease) => (lease as Lease).release(),
      end: () => pool.end(),
    },
  }
  const callers = size.waiters === 0 ? CALLERS : size.connections + size.waiters
  // Everybody comes and goes once more at the end of a slice: slices are long enough for that to vanish.
  const cycles = Math.max(SLICES.cycles, size.waiters * 3)
  await new Callers(subject, CALLERS, undefined, WARM_UP).run()
  const cpus: number[] = []
  for (let slice = -1; slice < (quick ? SLICES.quick : SLICES.full); slice += 1) {
    const load = new Callers(subject, callers, undefined, cycles)
    const { cpu } = await timed(() => load.run())
    if (slice >= 0) cpus.push((cpu * 1000) / load.total)
  }
  await pool.end()
  const { hosts, connections, waiters } = size
  return {
    configuration: `${hosts} hosts, ${connections} connections, ${waiters} waiters`,
    figures: [{ case: 'cycle', metric: 'cpu', value: median(cpus) }],
  }
}

/** A pool whose connections are all open and idle. */
async function openPool(
  access: ServerAccess,
  { hosts, connections }: Pick<Size, 'hosts' | 'connections'>,
): Promise<Pool> {
  const { user, password, database } = access
  const pool = createPool({
    host: access.hosts.split(',').slice(0, hosts),
    user,
    password,
    database,
    connectionLimit: connections,
    maxConnecting: Math.min(100, connections),
    acquireTimeout: 200_000,
    connectTimeout: 60_000,
    // A hundred hosts that are one process answer a hundred first probes one after the other.
    health: { timeout: 60_000 },
    idleTimeout: 0,
    // A ping after half a second of rest would be measured in the large pools, and in the small ones not.
    validateAfterIdle: false,
  })
  const leases = await Promise.all(Array.from({ length: connections }, () => pool.getConnection()))
  for (const lease of leases) lease.release()
  return pool
}

async function measureMemory(access: ServerAccess): Promise<TrialResult> {
  // Whatever both of them load is loaded before anything is weighed.
  await weighHandHeld(access, 10)
  await weighPool(access, 10)
  const handHeld = await weighHandHeld(access, MEMORY_CONNECTIONS)
  const pooled = await weighPool(access, MEMORY_CONNECTIONS)
  return {
    configuration: `${MEMORY_CONNECTIONS} idle connections; one of mysql2 by itself holds ${Math.round(handHeld)} bytes`,
    figures: [{ case: MEMORY, metric: 'memory', value: pooled - handHeld }],
  }
}

async function weighHandHeld(access: ServerAccess, count: number): Promise<number> {
  const connections: Connection[] = []
  const bytes = await heldBytes(async () => {
    while (connections.length < count) {
      const connection = createConnection({ ...firstOf(access), maxPreparedStatements: SAME_AS_POOL })
      // What the pool sends at first too.
      await connection.promise().query('SET session_track_state_change = 1')
      connections.push(connection)
    }
  })
  await Promise.all(connections.map((connection) => connection.promise().end()))
  return bytes / count
}

async function weighPool(access: ServerAccess, count: number): Promise<number> {
  let pool: Pool | undefined
  const bytes = await heldBytes(async () => {
    pool = await openPool(access, { hosts: 1, connections: count })
  })
  await pool?.end()
  return bytes / count
}
