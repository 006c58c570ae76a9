import type { HostState } from './host-state.js'

/** One host as a selector sees it. */
export interface HostSnapshot {
  /** `name:port`. */
  readonly name: string
  /** The zone of the host; undefined where the configuration names none. */
  readonly zone: string | undefined
  /** The configured weight, lowered while the host is in slow start. */
  readonly weight: number
  /** The rank for the selector `ordered`; the lowest number comes first. */
  readonly priority: number
  /** What the pool knows of the host now. */
  readonly state: HostState
  /** Connections that are checked out. */
  readonly inUse: number
  /** Connections at rest. */
  readonly idle: number
  /** Handshakes under way. */
  readonly connecting: number
  /** Smoothed time of a statement in milliseconds; undefined before the first measurement. */
  readonly latency: number | undefined
  /** True when the current operation has failed on this host already. */
  readonly failedBefore: boolean
}

/** The input of a selector. `hosts` holds only hosts that can be used now, and at least one. */
export interface SelectionSnapshot {
  /** The hosts to choose from. */
  readonly hosts: readonly HostSnapshot[]
  /** The pool's own zone. */
  readonly zone: string | undefined
}

/** A number in [0, 1), as `Math.random` gives it. */
export type Random = () => number

/**
 * A function that chooses a host. The function returns an element of `snapshot.hosts`, or undefined to leave the choice to
 * `random`. If the function throws or returns anything else, `random` chooses, and a `warning` event reports the mistake.
 *
 * `snapshot.hosts` holds the preferred hosts: hosts that can be used now, have not failed this operation yet, have a weight
 * above 0 and are in the pool's zone. A condition that no host meets is left out. If the returned host already has as many
 * handshakes under way as `maxConnecting` allows, the next handshake waits for one of them: no other host takes its place.
 * The list is a copy: the function may sort it.
 */
export type Selector = (snapshot: SelectionSnapshot, random: () => number) => HostSnapshot | undefined

/**
 * A selector in the form that the engine calls: made of a name or of a `Selector`. The function returns undefined when no
 * preferred host is free. Then the next connection waits, and is not opened to a less preferred host.
 * @param isFree - whether a connection can be taken from or opened to a host at this moment. Default: every host is free
 */
export type HostSelector = (
  snapshot: SelectionSnapshot,
  random: Random,
  isFree?: (host: HostSnapshot) => boolean,
) => HostSnapshot | undefined
