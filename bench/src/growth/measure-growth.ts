import { createPool, type Lease, type Pool } from '@mysql-hostpool/core'
import type { ServerAccess } from '@mysql-hostpool/test/cluster'
import { type Connection, createConnection } from 'mysql2'
import { median } from 'simple-statistics'
import type { TrialResult } from '../benchmark.js'
import type { PromiseSubject } from '../cycle/subject.js'
import { heldBytes } from '../observe/held-bytes.js'
import { firstOf } from '../servers/host-access.js'
import type { Assignment, Turn } from '../trial.js'
import { BareQueue } from './bare-queue.js'
import { MEMORY, MEMORY_CONNECTIONS, type Size, sizeOf } from './benchmark.js'
import { steadyCost } from './steady-cost.js'

const CALLERS = 10
/** Of its prepared statements a connection keeps room for so many. */
const SAME_AS_POOL = 256
/** What is looked at: slices of so many cycles, a turn each, after some that nobody measures. */
interface Slices {
  readonly count: number
  readonly warmUp: number
  readonly cycles: number
}

const SLICES = {
  full: { count: 4, warmUp: 20_000, cycles: 20_000 },
  quick: { count: 2, warmUp: 8_000, cycles: 8_000 },
}

export function measureGrowth({ subject, access, quick }: Assignment, turn: Turn): Promise<TrialResult> {
  const size = sizeOf(subject)
  if (size === undefined) return measureMemory(access, quick ? MEMORY_CONNECTIONS.quick : MEMORY_CONNECTIONS.full)
  return measureSize(size, access, quick ? SLICES.quick : SLICES.full, turn)
}

async function measureSize(size: Size, access: ServerAccess, slices: Slices, turn: Turn): Promise<TrialResult> {
  const { hosts, connections, waiters } = size
  const subject: PromiseSubject = size.bare === true ? new BareQueue(connections) : await pooled(access, size)
  const callers = waiters === 0 ? CALLERS : connections + waiters
  // The compiler needs its cycles whatever comes, and a short queue at first: else it learns from a warm-up as long as the queue.
  await steadyCost(subject, CALLERS * 2, slices)
  const collect = () => {
    if (size.uncollected === true) globalThis.gc?.()
  }
  const costs: number[] = []
  while (costs.length < slices.count) {
    await turn()
    costs.push(await steadyCost(subject, callers, slices, collect))
  }
  await subject.end()
  return {
    configuration: `${hosts} hosts, ${connections} connections, ${waiters} waiters; ${subject.configuration}`,
    figures: [{ case: 'cycle', metric: 'cpu', value: median(costs), slices: costs }],
  }
}

async function pooled(access: ServerAccess, size: Size): Promise<PromiseSubject<Lease>> {
  const pool = await openPool(access, size)
  return {
    configuration: 'validateAfterIdle false',
    acquire: () => pool.getConnection(),
    release: (lease) => lease.release(),
    end: () => pool.end(),
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

async function measureMemory(access: ServerAccess, count: number): Promise<TrialResult> {
  // Whatever both of them load is loaded before anything is weighed.
  await weighHandHeld(access, 10)
  await weighPool(access, 10)
  const handHeld = await weighHandHeld(access, count)
  const pooled = await weighPool(access, count)
  return {
    configuration: `${count} idle connections; one of mysql2 by itself holds ${Math.round(handHeld)} bytes`,
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
