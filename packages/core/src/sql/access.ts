/**
 * The access that a borrower needs: any usable host serves `read`, a host that accepts writes serves `write`. Without an
 * access, the borrower's first statement decides.
 */
export type Access = 'read' | 'write'

/** The accesses that a host can serve now. */
export interface Serves {
  /** Whether the host gets reads. */
  readonly read: boolean
  /** Whether the host gets writes. */
  readonly write: boolean
}

/** The only four values, made once: every checkout needs one. */
const NEITHER: Serves = Object.freeze({ read: false, write: false })
const READ: Serves = Object.freeze({ read: true, write: false })
const WRITE: Serves = Object.freeze({ read: false, write: true })
const BOTH: Serves = Object.freeze({ read: true, write: true })

export function servesOf(read: boolean, write: boolean): Serves {
  if (read) return write ? BOTH : READ
  return write ? WRITE : NEITHER
}

/** Whether the two have an access in common. */
export function overlap(a: Serves, b: Serves): boolean {
  return (a.read && b.read) || (a.write && b.write)
}

export function canServe(serves: Serves, access: Access | undefined): boolean {
  if (access === undefined) return serves.read || serves.write
  return access === 'read' ? serves.read : serves.write
}
