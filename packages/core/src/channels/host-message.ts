import type { HostState } from '../selectors/host-state.js'
import type { Serves } from '../sql/access.js'
import type { ChannelMessage } from './span.js'

/** The message of one probe of a host: the questions whether the host can be used, and for what. */
export interface ProbeMessage extends ChannelMessage {
  /** Tells a probe from a change. */
  readonly type: 'probe'
  /** `name:port`. */
  readonly host: string
  /** Milliseconds until the answer, the connect included where the probe made one. Known at the end. */
  readonly duration: number
  /** Whether the answer came over a new connection; undefined without an answer. */
  readonly fresh: boolean | undefined
  /** Whether the host can be used, by its answer; undefined without an answer. */
  readonly usable: boolean | undefined
  /** Whether the host takes writes, by its answer; undefined without an answer. */
  readonly writable: boolean | undefined
  /** Whether the host should be spared (a last resort), by its answer; undefined without an answer. */
  readonly lastResort: boolean | undefined
  /** The reason for the verdict, in words; empty for a host that is fit for all work. */
  readonly reason: string
  /**
   * `done`: the probe has a verdict. `failed`: the host gave no answer, or an error. `aborted`: the pool ended, or the host was
   * removed. Undefined until the end.
   */
  readonly outcome: 'done' | 'failed' | 'aborted' | undefined
}

/** The message of a change of a host. A change has no duration: the channel has `start` and `end` of it, and no other event. */
export interface HostChangeMessage extends ChannelMessage {
  /** Tells a change from a probe. */
  readonly type: 'change'
  /** `name:port`. */
  readonly host: string
  /** The state after the change. */
  readonly state: HostState
  /**
   * The state before the change: equal to `state` where another property has changed, and undefined for a host that was just
   * added.
   */
  readonly before: HostState | undefined
  /** Whether the host was removed from the pool. */
  readonly removed: boolean
  /** Whether the pool sends reads and writes to the host now, which depends on the other hosts too. */
  readonly serves: Serves
  /** Whether the host takes writes, as far as the pool knows. */
  readonly writable: boolean
  /** The reason for the state, in words; empty for a host that is up and fit for all work. */
  readonly reason: string
}

/** The messages of `mysql-hostpool:host`. */
export type HostMessage = ProbeMessage | HostChangeMessage
