/**
 * What a borrower needs of a host: `read` is served by any usable host, `write` by one that accepts writes.
 * Left unsaid, the first statement decides.
 */
export type Access = 'read' | 'write'

/** What a host can be used for now. */
export interface Serves {
  readonly read: boolean
  readonly write: boolean
}

/** The four there are, made once: these are worked out for every checkout. */
const NEITHER: Serves = Object.freeze({ read: false, write: false })
const READ: Serves = Object.freeze({ read: true, write: false })
const WRITE: Serves = Object.freeze({ read: false, write: true })
const BOTH: Serves = Object.freeze({ read: true, write: true })

export function servesOf(read: boolean, write: boolean): Serves {
  if (read) return write ? BOTH : READ
  return write ? WRITE : NEITHER
}

/** Whether there is anything that both can be used for. */
export function overlap(a: Serves, b: Serves): boolean {
  return (a.read && b.read) || (a.write && b.write)
}

export function canServe(serves: Serves, access: Access | undefined): boolean {
  if (access === undefined) return serves.read || serves.write
  return access === 'read' ? serves.read : serves.write
}
