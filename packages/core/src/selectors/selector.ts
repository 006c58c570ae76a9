import type { HostState } from './host-state.js'

/** What a selector sees of one host. */
export interface HostSnapshot {
  /** `name:port`. */
  readonly name: string
  readonly zone: string | undefined
  /** Configured share, already lowered while the host is in slow start. */
  readonly weight: number
  readonly priority: number
  readonly state: HostState
  /** Connections in a borrower's hands. */
  readonly inUse: number
  readonly idle: number
  /** Handshakes under way. */
  readonly connecting: number
  /** Smoothed time of a statement in milliseconds; undefined until one was measured. */
  readonly latency: number | undefined
  /** True when the operation that is being served has failed on this host already. */
  readonly failedBefore: boolean
}

/** The moment a selector decides in. `hosts` holds only hosts that can be used now, and at least one. */
export interface SelectionSnapshot {
  readonly hosts: readonly HostSnapshot[]
  /** The pool's own zone. */
  readonly zone: string | undefined
}

/** A number in [0, 1), as `Math.random` gives it. */
export type Random = () => number

/**
 * Chooses a host: a function of what it is shown. It answers an element of `snapshot.hosts`, or undefined to leave the choice
 * to `random`. One that throws, or answers anything else, is reported by a `warning` event and `random` chooses.
 *
 * It is shown the hosts that come first: of those that can be used now not one that has failed this operation already, nor one
 * of weight 0, and only those of the pool's zone; each as long as any other host is left. Where as many handshakes as
 * `maxConnecting` allows are under way to the host that it answers, the next one waits for them: no other host takes its place.
 * What it is shown is a copy: it may sort the list.
 */
export type Selector = (snapshot: SelectionSnapshot, random: Random) => HostSnapshot | undefined

/**
 * The same as the pool calls it: a `Selector`, or what a name stands for. It chooses among the hosts that come first; undefined
 * when none of them is free, for then the next connection waits, and is not opened to a host that comes after them.
 * @param isFree - whether a connection can be taken or opened there at this moment; left out: everywhere
 */
export type HostSelector = (
  snapshot: SelectionSnapshot,
  random: Random,
  isFree?: (host: HostSnapshot) => boolean,
) => HostSnapshot | undefined
