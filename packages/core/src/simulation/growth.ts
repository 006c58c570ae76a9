import { systemClock } from '../clock.js'
import { resolveConfig } from '../config/pool-config.js'
import { HostSet } from '../hosts/host-set.js'
import { createSelector } from '../hosts/selectors/create-selector.js'
import { PoolEmitter } from '../pool/emitter.js'
import { Engine } from '../pool/engine.js'
import type { PooledConnection } from '../pool/pooled-connection.js'
import type { Connector, Resource } from '../pool/resource.js'
import { createRandom } from './random.js'

/** One size of a pool. */
export interface Size {
  readonly hosts: number
  readonly connections: number
  readonly waiters: number
}

/** What one checkout and one release cost at a size. */
export interface GrowthRow extends Size {
  /** Nanoseconds, the median of all rounds. */
  readonly cycle: number
  /** Compared with the first size, round by round; the median. */
  readonly ratio: number
}

export const SIZES: readonly Size[] = [
  { hosts: 3, connections: 10, waiters: 0 },
  { hosts: 100, connections: 10_000, waiters: 0 },
  { hosts: 3, connections: 10, waiters: 100 },
  { hosts: 3, connections: 10, waiters: 100_000 },
]

const CYCLES = 50_000

/** A connection that does nothing, so that only the engine's own work is measured. */
class Stub implements Resource {
  alive = true
  readonly needsCleaning = false
  readonly spoilt = false
  readonly askedAt = Infinity
  onLost: ((error: Error) => void) | undefined
  validate(done: (error: Error | null) => void): void {
    done(null)
  }
  clean(done: (error: Error | null) => void): void {
    done(null)
  }
  close(done: () => void): void {
    this.alive = false
    done()
  }
  destroy(): void {
    this.alive = false
  }
  ref(): void {
    // no socket
  }
  unref(): void {
    // no socket
  }
}

const connector: Connector<Stub> = {
  connect: (_, listener) => {
    const immediate = setImmediate(() => listener.connected(new Stub()))
    return { abort: () => clearImmediate(immediate) }
  },
}

/** Measures every size in turn, round after round, so that a slow moment of the machine meets all of them alike. */
export async function measureGrowth(rounds: number, sizes: readonly Size[] = SIZES): Promise<GrowthRow[]> {
  const subjects = await Promise.all(sizes.map(async (size) => ({ size, engine: await filledEngine(size) })))
  const times = subjects.map(({ size, engine }) => ({ size, engine, cycles: [] as number[] }))
  for (let round = 0; round < rounds; round += 1) {
    for (const { size, engine, cycles } of times)
      cycles.push(size.waiters === 0 ? idleCycles(engine) : await queuedCycles(engine, size))
  }
  await Promise.all(times.map(({ engine }) => new Promise<void>((resolve) => engine.end(resolve))))
  return times.map(({ size, cycles }) => {
    // A queue is compared with a queue: waiting for a turn is more work than finding an idle connection.
    const base = times.find((other) => other.size.waiters > 0 === size.waiters > 0)
    return {
      ...size,
      cycle: median(cycles),
      ratio: median(cycles.map((cycle, index) => cycle / (base?.cycles[index] ?? cycle))),
    }
  })
}

/** An engine with all its connections open and idle. */
async function filledEngine({ hosts, connections }: Size): Promise<Engine<Stub>> {
  const config = resolveConfig({
    host: Array.from({ length: hosts }, (_, index) => `host${index}`),
    connectionLimit: connections,
    maxConnecting: connections,
    acquireTimeout: 0,
    validateAfterIdle: false,
    idleTimeout: 0,
  })
  const engine = new Engine<Stub>(config, {
    clock: systemClock,
    random: createRandom(1),
    connector,
    hosts: new HostSet(config.hosts, systemClock),
    selector: createSelector('random'),
    watch: {
      connectFailed: () => undefined,
      handshakeOverdue: () => undefined,
      silent: () => undefined,
      connectionLost: () => undefined,
    },
    emitter: new PoolEmitter(),
  })
  const lent = await Promise.all(Array.from({ length: connections }, () => checkout(engine)))
  for (const connection of lent) engine.release(connection)
  return engine
}

function checkout(engine: Engine<Stub>): Promise<PooledConnection<Stub>> {
  return new Promise((resolve, reject) => {
    engine.checkout({}, (error, connection) =>
      connection === undefined ? reject(error ?? new Error()) : resolve(connection),
    )
  })
}

/** As text, a line for each size. */
export function growthTable(rows: readonly GrowthRow[]): string {
  const lines = rows.map(({ hosts, connections, waiters, cycle, ratio }) =>
    [hosts, connections, waiters, Math.round(cycle), ratio.toFixed(2)]
      .map((cell) => String(cell).padStart(12))
      .join(''),
  )
  const head = ['hosts', 'connections', 'waiters', 'ns a cycle', 'ratio'].map((cell) => cell.padStart(12)).join('')
  return `${[head, ...lines].join('\n')}\n`
}

function idleCycles(engine: Engine<Stub>): number {
  const started = performance.now()
  for (let i = 0; i < CYCLES; i += 1) {
    engine.checkout({}, (_, connection) => {
      if (connection !== undefined) engine.release(connection)
    })
  }
  return ((performance.now() - started) / CYCLES) * 1e6
}

/** Every connection is lent and so many wait; whoever gets one queues again and gives it back in the next turn. */
async function queuedCycles(engine: Engine<Stub>, { connections, waiters }: Size): Promise<number> {
  let left = CYCLES
  let reached: () => void = () => undefined
  const turn = (): void => {
    engine.checkout({}, (_, connection) => {
      if (connection === undefined) return
      queueMicrotask(() => {
        left -= 1
        if (left > 0) turn()
        if (left === 0) reached()
        engine.release(connection)
      })
    })
  }
  const lent = await Promise.all(Array.from({ length: connections }, () => checkout(engine)))
  for (let i = 0; i < waiters; i += 1) turn()
  const started = performance.now()
  const finished = new Promise<void>((resolve) => {
    reached = resolve
  })
  for (const connection of lent) engine.release(connection)
  await finished
  const cycle = ((performance.now() - started) / CYCLES) * 1e6
  while (engine.status().inUse > 0) await new Promise((resolve) => setImmediate(resolve))
  return cycle
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
