import type { Queryable } from '../sql/queryable.js'
import type { Lease } from './lease.js'

/** The argument of a transaction's callback; `commit` and `rollback` belong to the pool. */
export type Transaction = Queryable & Pick<Lease, 'host' | 'stream'>
