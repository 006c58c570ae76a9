/**
 * What a borrower needs of a host: `read` is served by any usable host, `write` by one that accepts writes.
 * Left unsaid, the first statement decides.
 */
export type Access = 'read' | 'write'
