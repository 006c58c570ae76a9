import type { HostConfig } from '../config/pool-config.js'
import type { Serves } from '../sql/access.js'
import { type Belonging, STRANGER } from './belonging.js'
import type { SeenView } from './cluster-view.js'
import { type Succession, UNHEARD } from './succession.js'
import { type HostState } from '../selectors/host-state.js'
import { type HostCondition, initialCondition, stateOf } from './host-condition.js'

/** How fast the latency of a host follows new measurements. */
const LATENCY_SMOOTHING = 0.2

/** How a host came into the pool: by the configuration or `hosts.add`, or by discovery. */
export type HostOrigin = 'configured' | 'discovered'

/** How a host enters a set; what is left out is as for those that the configuration names. */
export interface HostBeginning {
  readonly origin?: HostOrigin
  readonly condition?: HostCondition
}

/** One server. Its condition is changed by the host set alone. */
export class Host {
  readonly config: HostConfig
  /** `name:port`. */
  readonly name: string
  readonly origin: HostOrigin
  condition: HostCondition
  /** When it came into this state, on the wall clock. */
  since: number
  /** Raised each time everything open to it is given up; what belongs to an older one says nothing about it any more. */
  generation = 0
  /** No longer in the set; what is open to it is still being closed. */
  removed = false
  /** What it can be used for now, compared with the others; the host set keeps this. */
  serves: Serves = { read: true, write: true }
  /** When it came back, on the monotonic clock; undefined while it has not been away. */
  readmittedAt: number | undefined
  /** Whether a session there is as good as new after a reset (see the Galera probe); undefined until the server has told. */
  resetIsSafe: boolean | undefined
  /** When it last said that it accepts writes, on the monotonic clock. */
  writableAt = -Infinity
  /** When it last refused a write for being read-only, on the monotonic clock. */
  writeRefusedAt = -Infinity
  /** When it last went down, on the monotonic clock. */
  downAt = -Infinity
  /** Connections whose connect began before this moment may lead to a server that is not there for new ones any more. */
  trustedFrom = -Infinity
  /** What was sent there before this moment and is not answered never will be: those flows were dropped without a word. */
  silentBefore = -Infinity
  /** Its last known view of its cluster, where its kind of server has one. */
  view: SeenView | undefined
  /** What is remembered of the cluster that it belongs to. */
  belonging: Belonging = STRANGER
  /** What is remembered of its place among a source and its replicas. */
  succession: Succession = UNHEARD
  /** It owes answers and gives none, though nothing else is known of it yet: other hosts are preferred. See UnresponsiveHosts. */
  unresponsive = false
  /** When a server last answered anything there, on the monotonic clock. */
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

  /** The configured weight, less while it is in slow start. */
  weightAt(now: number, slowStart: number): number {
    const { weight } = this.config
    if (this.readmittedAt === undefined || slowStart === 0) return weight
    const part = (now - this.readmittedAt) / slowStart
    // A tenth from the first moment: a share of nothing would never show whether the host is well.
    return part >= 1 ? weight : weight * Math.max(0.1, part)
  }
}
