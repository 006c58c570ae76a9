import type { Queryable } from '../sql/queryable.js'
import type { Lease } from './lease.js'

/** What a transaction's callback works with; `commit` and `rollback` belong to the pool. */
export type Transaction = Queryable & Pick<Lease, 'host' | 'stream'>
