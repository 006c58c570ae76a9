/** The states of a host. The operator asks for `draining`; the pool finds out the others. */
export const HostState = {
  /** No server has answered there yet. The pool uses the host like one that is up, because some statement has to be the first. */
  unknown: 'unknown',
  /** A server has answered there, and can be used. */
  up: 'up',
  /**
   * Something went wrong, and no probe has told more yet. The pool uses the host only when no host is up. A host that refuses the
   * probe's login is the last choice.
   */
  suspect: 'suspect',
  /** The host gets no connections. The pool probes it until it answers. */
  down: 'down',
  /** The host gets no new connections. Idle connections are closed at once, checked out ones on release. */
  draining: 'draining',
} as const

export type HostState = (typeof HostState)[keyof typeof HostState]
