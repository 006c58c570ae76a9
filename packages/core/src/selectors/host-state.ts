/** The states a host can be in; `draining` is asked for by the operator, the others are found out. */
export const HostState = {
  /** Never heard of yet: used like a host that is up, because some statement has to be the first, but not counted on. */
  unknown: 'unknown',
  /** Usable. */
  up: 'up',
  /** Something went wrong; used only when no host is up, until a probe has spoken, and least of all while it refuses the probe's login. */
  suspect: 'suspect',
  /** Gets no connection; probed until it answers. */
  down: 'down',
  /** Gets no new connection; idle ones are closed, checked out ones on release. */
  draining: 'draining',
} as const

export type HostState = (typeof HostState)[keyof typeof HostState]
