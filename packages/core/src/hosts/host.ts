import type { HostConfig } from '../config/pool-config.js'
import type { Serves } from '../sql/access.js'
import { type Belonging, STRANGER } from './belonging.js'
import type { SeenView } from './cluster-view.js'
import { type Succession, UNHEARD } from './succession.js'
import { type HostState } from '../selectors/host-state.js'
import { type HostCondition, initialCondition, stateOf } from './host-condition.js'

/** The weight of a new measurement in the smoothed latency of a host: 0 to 1. */
const LATENCY_SMOOTHING = 0.2

/** The way a host came into the pool: `configured` by the options or `hosts.add`, `discovered` by discovery. */
export type HostOrigin = 'configured' | 'discovered'

/** The origin and the first condition of a new host. Default: those of a host in the configuration. */
export interface HostBeginning {
  readonly origin?: HostOrigin
  readonly condition?: HostCondition
}

/** One server. Only the host set changes its condition. */
export class Host {
  readonly config: HostConfig
  /** `name:port`. */
  readonly name: string
  readonly origin: HostOrigin
  condition: HostCondition
  /** The time of the last change of state, on the wall clock. */
  since: number
  /** Raised each time the pool gives up every connection to the host. Errors of an older generation say nothing about the host. */
  generation = 0
  /** The host is no longer in the set. Connections to it may still be closing. */
  removed = false
  /** Whether the host serves reads and writes now, compared with the other hosts. Only the host set changes this. */
  serves: Serves = { read: true, write: true }
  /** The time at which the host came back, on the monotonic clock; undefined for a host that was never down. */
  readmittedAt: number | undefined
  /** Whether COM_RESET_CONNECTION resets a session fully there (see the Galera probe); undefined until the server has told. */
  resetIsSafe: boolean | undefined
  /** The time at which a probe last found the host writable, on the monotonic clock. */
  writableAt = -Infinity
  /** The time at which the host last refused a write because it is read-only, on the monotonic clock. */
  writeRefusedAt = -Infinity
  /** The time at which the host last went down, on the monotonic clock. */
  downAt = -Infinity
  /** Connections whose connect began before this time, on the monotonic clock, may lead to another server than new ones do. */
  trustedFrom = -Infinity
  /** Statements sent before this time, on the monotonic clock, get no answer any more: the network has dropped their flows. */
  silentBefore = -Infinity
  /** The last known view of the host's cluster, where the server has one. */
  view: SeenView | undefined
  belonging: Belonging = STRANGER
  succession: Succession = UNHEARD
  /** The host owes answers and gives none, and is not known to be down yet. The pool prefers other hosts. See UnresponsiveHosts. */
  unresponsive = false
  /** The time of the last answer of the host, on the monotonic clock. */
  lastResponseAt = -Infinity
  /** Smoothed time of a statement in milliseconds. */
  latency: number | undefined

  constructor(config: HostConfig, since: number, beginning: HostBeginning = {}) {
    this.config = config
    this.name = config.name
    this.since = since
    this.origin = beginning.origin ?? 'configured'
    this.condition = beginning.condition ?? initialCondition
  }

  get state(): HostState {
    return stateOf(this.condition)
  }

  /** A statement was answered with a result. */
  noteResult(now: number, milliseconds: number): void {
    this.lastResponseAt = now
    this.latency =
      this.latency === undefined ? milliseconds : this.latency + LATENCY_SMOOTHING * (milliseconds - this.latency)
  }

  /** The configured weight, lowered during the slow start, which lasts `slowStart` milliseconds. */
  weightAt(now: number, slowStart: number): number {
    const { weight } = this.config
    if (this.readmittedAt === undefined || slowStart === 0) return weight
    const part = (now - this.readmittedAt) / slowStart
    // At least a tenth: with no share at all the host could never show that it works.
    return part >= 1 ? weight : weight * Math.max(0.1, part)
  }
}
