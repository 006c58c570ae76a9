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

export function canServe(serves: Serves, access: Access | undefined): boolean {
  if (access === undefined) return serves.read || serves.write
  return access === 'read' ? serves.read : serves.write
}
