import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import { systemClock } from '../clock.js'
import { resolveConfig } from '../config/pool-config.js'
import { HostSet } from '../hosts/host-set.js'
import { createSelector } from '../hosts/selectors/create-selector.js'
import { PoolEmitter } from '../pool/emitter.js'
import { Engine } from '../pool/engine.js'
import type { Checkout } from '../pool/checkout.js'
import type { Connector, Resource } from '../pool/resource.js'
import type { CheckoutDone } from '../pool/waiter.js'
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
  /** Memory that the pool has for each who waits. */
  readonly bytes: number
}

interface Round {
  readonly cycle: number
  readonly bytes: number
}

const SIZES: readonly Size[] = [
  { hosts: 3, connections: 10, waiters: 0 },
  { hosts: 100, connections: 10_000, waiters: 0 },
  { hosts: 3, connections: 10, waiters: 100 },
  { hosts: 3, connections: 10, waiters: 100_000 },
]

const CYCLES = 50_000

setFlagsFromString('--expose-gc')
/** Before each measurement: the garbage of what led there must not be counted, and what stays is where it stays. */
const collectGarbage = runInNewContext('gc') as () => void

/** A connection that does nothing, so that only the engine's own work is measured. */
class Stub implements Resource {
  alive = true
  readonly needsCleaning = false
  readonly unresettable = false
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
  hostSilent(): void {
    // asks nothing
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
  const times = subjects.map(({ size, engine }) => ({ size, engine, rounds: [] as Round[] }))
  for (let count = 0; count < rounds; count += 1) {
    for (const { size, engine, rounds: own } of times)
      own.push(size.waiters === 0 ? idleCycles(engine) : await queuedCycles(engine, size))
  }
  await Promise.all(times.map(({ engine }) => new Promise<void>((resolve) => engine.end(resolve))))
  return times.map(({ size, rounds }) => {
    // A queue is compared with a queue: waiting for a turn is more work than finding an idle connection.
    const base = times.find((other) => other.size.waiters > 0 === size.waiters > 0)
    return {
      ...size,
      cycle: median(rounds.map(({ cycle }) => cycle)),
      ratio: median(rounds.map(({ cycle }, index) => cycle / (base?.rounds[index]?.cycle ?? cycle))),
      bytes: median(rounds.map(({ bytes }) => bytes)),
    }
  })
}

/** An engine with all its connections open and idle. */
async function filledEngine({ hosts, connections }: Size): Promise<Engine<Stub>> {
  const config = resolveConfig({
    host: Array.from({ length: hosts }, (_, index) => `host${index}`),
    connectionLimit: connections,
    maxConnecting: connections,
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
      connected: () => undefined,
      connectFailed: () => undefined,
      handshakeOverdue: () => undefined,
      doubted: () => false,
      silent: () => undefined,
      connectionLost: () => undefined,
    },
    emitter: new PoolEmitter('shop'),
  })
  const inUse = await Promise.all(Array.from({ length: connections }, () => checkout(engine)))
  for (const checkout of inUse) engine.release(checkout)
  return engine
}

function checkout(engine: Engine<Stub>): Promise<Checkout<Stub>> {
  return new Promise((resolve, reject) => {
    engine.acquire({}, (error, checkout) => (checkout === undefined ? reject(error ?? new Error()) : resolve(checkout)))
  })
}

/** As text, a line for each size. */
export function growthTable(rows: readonly GrowthRow[]): string {
  const lines = rows.map(({ hosts, connections, waiters, cycle, ratio, bytes }) =>
    [hosts, connections, waiters, Math.round(cycle), ratio.toFixed(2), waiters < 1000 ? '' : Math.round(bytes)]
      .map((cell) => String(cell).padStart(13))
      .join(''),
  )
  const head = ['hosts', 'connections', 'waiters', 'ns a cycle', 'ratio', 'bytes each']
    .map((cell) => cell.padStart(13))
    .join('')
  return `${[head, ...lines].join('\n')}\n`
}

function idleCycles(engine: Engine<Stub>): Round {
  collectGarbage()
  const started = processorTime()
  for (let i = 0; i < CYCLES; i += 1) {
    engine.acquire({}, (_, checkout) => {
      if (checkout !== undefined) engine.release(checkout)
    })
  }
  return { cycle: (processorTime() - started) / CYCLES, bytes: 0 }
}

/**
 * Every connection is checked out and so many wait; each caller that gets one queues again and gives it back in the next turn. All callers are
 * one and the same function: what a caller keeps in memory while it waits is not the pool's, and would only be measured too.
 */
async function queuedCycles(engine: Engine<Stub>, { connections, waiters }: Size): Promise<Round> {
  const inUse = await Promise.all(Array.from({ length: connections }, () => checkout(engine)))
  const request = {}
  let left = CYCLES
  let reached: () => void = () => undefined
  const giveBack = (): void => {
    const checkout = inUse.pop()
    if (checkout === undefined) return
    left -= 1
    if (left > 0) engine.acquire(request, served)
    if (left === 0) reached()
    engine.release(checkout)
  }
  const served: CheckoutDone<Stub> = (_, checkout) => {
    if (checkout === undefined) return
    inUse.push(checkout)
    queueMicrotask(giveBack)
  }
  collectGarbage()
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < waiters; i += 1) engine.acquire(request, served)
  const finished = new Promise<void>((resolve) => {
    reached = resolve
  })
  collectGarbage()
  const bytes = (process.memoryUsage().heapUsed - before) / waiters
  const started = processorTime()
  for (let i = 0; i < connections; i += 1) queueMicrotask(giveBack)
  await finished
  const cycle = (processorTime() - started) / CYCLES
  while (engine.status().inUse > 0) await new Promise((resolve) => setImmediate(resolve))
  return { cycle, bytes }
}

/** Nanoseconds that this process has computed, the garbage collector's threads included; what else the machine does is left out. */
function processorTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) * 1000
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
