import { table } from './table.js'
import { Fleet, HOSTS, type HostName } from './fleet.js'
import { busiest } from './windows.js'

export interface FleetOptions {
  readonly pools: number
  readonly connections?: number
  readonly seed: number
}

export interface FleetResult {
  /** The fault of the host. */
  readonly fault: Fault
  /** Handshakes at the host in the busiest second after its return. */
  readonly peakPerSecond: number
  /** Handshakes at the host in the busiest ten milliseconds after its return: pools that act in step would show here. */
  readonly peakPer10ms: number
  /** Handshakes at the other two hosts together in the busiest second after the fault. */
  readonly peakElsewhere: number
  /**
   * Handshakes at the host in the busiest second of its absence: probes, and connects of pools that did not know yet that it is
   * down.
   */
  readonly peakWhileAway: number
  /** Milliseconds from the return until all shares were, and stayed, within 10 % of even; undefined if they never were. */
  readonly evenAfter: number | undefined
  /** Milliseconds from the return until the first connection to the host that serves statements. */
  readonly firstAfter: number | undefined
  readonly served: number
  readonly failed: number
  readonly slowest: number
}

export type Fault = 'killed' | 'frozen'

const FAULTY: HostName = 'c'
const WARM_UP = 30_000
const AWAY = 20_000
const WATCHED = 90_000
const STEP = 250
const EVEN = 1 / HOSTS.length

/** The load that a cluster sees when one of its hosts fails and returns. */
export async function runFault(fault: Fault, { pools, connections = 10, seed }: FleetOptions): Promise<FleetResult> {
  const fleet = new Fleet(pools, connections, seed)
  const { clock, handshakes } = fleet
  const server = fleet.server(FAULTY)
  fleet.startLoad()
  await clock.flow(WARM_UP)
  const faultAt = clock.now()
  if (fault === 'killed') {
    server.ways.welcome = 'refuses'
    server.dropAll()
  } else server.freeze()
  await clock.flow(AWAY)
  const returnedAt = clock.now()
  server.ways.welcome = 'accepts'
  server.thaw()
  let evenSince: number | undefined
  let firstAt: number | undefined
  for (let time = 0; time < WATCHED; time += STEP) {
    await clock.flow(STEP)
    const isEven = HOSTS.every((name) => Math.abs(fleet.shareOf(name) - EVEN) <= EVEN / 10)
    evenSince = isEven ? (evenSince ?? clock.now()) : undefined
    if (fleet.connectionsTo(FAULTY) > 0) firstAt ??= clock.now()
  }
  const away = handshakes[FAULTY].filter((at) => at > faultAt && at < returnedAt)
  const back = handshakes[FAULTY].filter((at) => at >= returnedAt)
  const elsewhere = HOSTS.filter((name) => name !== FAULTY).flatMap((name) => handshakes[name])
  const { served, failed, slowest } = fleet
  await fleet.end()
  return {
    fault,
    peakPerSecond: busiest(back, 1000),
    peakPer10ms: busiest(back, 10),
    peakElsewhere: busiest(
      elsewhere.filter((at) => at >= faultAt).toSorted((a, b) => a - b),
      1000,
    ),
    peakWhileAway: busiest(away, 1000),
    evenAfter: evenSince === undefined ? undefined : evenSince - returnedAt,
    firstAfter: firstAt === undefined ? undefined : firstAt - returnedAt,
    served,
    failed,
    slowest,
  }
}

/** Both faults, as the lines of a table. */
export async function* runFleet(options: FleetOptions): AsyncGenerator<string> {
  const { pools, connections = 10, seed } = options
  yield `${pools} pools of ${connections} connections at ${HOSTS.length} hosts, seed ${seed}; ${FAULTY} is away for ${AWAY / 1000} s`
  const results: FleetResult[] = []
  for (const fault of ['killed', 'frozen'] as const) results.push(await runFault(fault, options))
  yield* table(
    ['fault of the host', ...results.map(({ fault }) => fault)],
    rows.map(([label, value]) => [label, ...results.map((result) => value(result))]),
  )
}

const rows: readonly (readonly [label: string, value: (result: FleetResult) => string])[] = [
  ['most handshakes in a second there, after its return', ({ peakPerSecond }) => String(peakPerSecond)],
  ['most handshakes in 10 ms there, after its return', ({ peakPer10ms }) => String(peakPer10ms)],
  ['most handshakes in a second there, while away', ({ peakWhileAway }) => String(peakWhileAway)],
  ['most handshakes in a second at the others together', ({ peakElsewhere }) => String(peakElsewhere)],
  ['until the first connection to it', ({ firstAfter }) => seconds(firstAfter)],
  ['until all shares are within 10 % of even', ({ evenAfter }) => seconds(evenAfter)],
  ['statements served', ({ served }) => String(served)],
  ['statements failed', ({ failed }) => String(failed)],
  ['slowest statement', ({ slowest }) => `${Math.round(slowest)} ms`],
]

function seconds(milliseconds: number | undefined): string {
  return milliseconds === undefined ? 'never' : `${(milliseconds / 1000).toFixed(1)} s`
}
