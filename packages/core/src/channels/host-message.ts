import type { HostState } from '../selectors/host-state.js'
import type { Serves } from '../sql/access.js'
import type { ChannelMessage } from './span.js'

/** One probe of a host: a question how it is. */
export interface ProbeMessage extends ChannelMessage {
  /** Tells a probe from a change. */
  readonly type: 'probe'
  /** `name:port`. */
  readonly host: string
  /** Milliseconds until the answer, with a connect where there was one. Known at the end. */
  readonly duration: number
  /** Whether the answer came over a new connection; undefined where there was none. */
  readonly fresh: boolean | undefined
  /** What the host said of itself: whether it can be used, … */
  readonly usable: boolean | undefined
  /** … whether it takes writes, … */
  readonly writable: boolean | undefined
  /** … whether it should be spared, … */
  readonly lastResort: boolean | undefined
  /** … and why, in words. Empty for a host that is simply well. */
  readonly reason: string
  /** `done`: there is a verdict. `failed`: the host gave none. `aborted`: the pool ended, or the host was removed. Undefined until the end. */
  readonly outcome: 'done' | 'failed' | 'aborted' | undefined
}

/** A change of what the pool thinks of a host. It is over at once: there are `start` and `end`, and nothing else. */
export interface HostChangeMessage extends ChannelMessage {
  /** Tells a change from a probe. */
  readonly type: 'change'
  /** `name:port`. */
  readonly host: string
  /** The state after the change. */
  readonly state: HostState
  /** The state before; the same where something else has changed, undefined for a host that was just added. */
  readonly before: HostState | undefined
  /** The pool has this host no longer. */
  readonly removed: boolean
  /** Whether it gets reads and writes now, compared with the other hosts. */
  readonly serves: Serves
  /** Whether it accepts writes, as far as is known. */
  readonly writable: boolean
  /** Why, in words; empty for a host that is simply up. */
  readonly reason: string
}

/** What `mysql-hostpool:host` tells. */
export type HostMessage = ProbeMessage | HostChangeMessage
