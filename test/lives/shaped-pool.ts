import type { Readable } from 'node:stream'

import type {
  Lease,
  LeaseOptions,
  Pool,
  QueryResult,
  Row,
  StatementOptions,
  TransactionOptions,
  UserChange,
} from '@mysql-hostpool/core'
import { mysql2Pool } from '@mysql-hostpool/mysql2'
import type { PoolConnection } from 'mysql2'
import type { Pool as PromisePool } from 'mysql2/promise'

/** A connection of the shape; the lease under it is told for what mysql2 has no name for. */
type Lent = PoolConnection & { readonly lease: Lease }

type Settle = (error: Error | null, ...given: readonly unknown[]) => void

/** A pool whose statements and leases go through the shape of mysql2, by turns through its callbacks and its promises. */
export class ShapedPool implements Pick<
  Pool,
  'query' | 'execute' | 'getConnection' | 'transaction' | 'withConnection'
> {
  readonly decodesEach = false
  readonly transaction: Pool['transaction']
  readonly withConnection: Pool['withConnection']
  readonly #pool: Pool
  #turns = 0

  constructor(pool: Pool) {
    this.#pool = pool
    // mysql2 knows neither.
    this.transaction = pool.transaction.bind(pool)
    this.withConnection = pool.withConnection.bind(pool)
  }

  query<T = Row[]>(statement: string | StatementOptions): Promise<QueryResult<T>> {
    return this.#run('query', statement as StatementOptions)
  }

  execute<T = Row[]>(statement: string | StatementOptions): Promise<QueryResult<T>> {
    return this.#run('execute', statement as StatementOptions)
  }

  getConnection({ access, acquireTimeout, decoding }: LeaseOptions = {}): Promise<Lease> {
    const shape = mysql2Pool(this.#pool, { access, acquireTimeout, decoding })
    return called((settle) => shape.getConnection(settle)).then(([connection]) => new ShapedLease(connection as Lent))
  }

  #run<T>(how: 'query' | 'execute', { sql, access, decoding, timeout }: StatementOptions): Promise<QueryResult<T>> {
    const shape = mysql2Pool(this.#pool, { access, decoding })
    const options = { sql, ...(timeout === undefined ? {} : { timeout }) }
    this.#turns += 1
    if (this.#turns % 2 === 0) return promised<T>(shape.promise(), how, options)
    return called((settle) => void shape[how](options, settle)) as unknown as Promise<QueryResult<T>>
  }
}

/** A connection of the shape, as a lease. */
class ShapedLease implements Lease {
  readonly decodesEach = false
  readonly #connection: Lent
  #turns = 0

  constructor(connection: Lent) {
    this.#connection = connection
  }

  get host(): string {
    return this.#connection.lease.host
  }

  get threadId(): number | undefined {
    return this.#connection.threadId ?? undefined
  }

  get serverVersion(): string {
    return this.#connection.lease.serverVersion
  }

  get inTransaction(): boolean {
    return this.#connection.lease.inTransaction
  }

  get noBackslashEscapes(): boolean {
    return this.#connection.lease.noBackslashEscapes
  }

  query<T = Row[]>(statement: string | StatementOptions): Promise<QueryResult<T>> {
    return this.#run('query', statement)
  }

  execute<T = Row[]>(statement: string | StatementOptions): Promise<QueryResult<T>> {
    return this.#run('execute', statement)
  }

  stream(statement: string | StatementOptions): Readable {
    return this.#connection.query(optionsOf(statement)).stream()
  }

  beginTransaction(options: TransactionOptions = {}): Promise<void> {
    // mysql2 knows no levels here.
    if (options.isolationLevel !== undefined) return this.#connection.lease.beginTransaction(options)
    return this.#acknowledged('beginTransaction')
  }

  commit(): Promise<void> {
    return this.#acknowledged('commit')
  }

  rollback(): Promise<void> {
    return this.#acknowledged('rollback')
  }

  ping(): Promise<void> {
    return this.#acknowledged('ping')
  }

  manage(managed: boolean): void {
    this.#connection.lease.manage(managed)
  }

  trueInTheEnd(error: unknown): unknown {
    return this.#connection.lease.trueInTheEnd(error)
  }

  changeUser({ user, database }: UserChange): Promise<void> {
    const to = { ...(user === undefined ? {} : { user }), ...(database === undefined ? {} : { database }) }
    if (this.#byPromise()) return this.#connection.promise().changeUser(to)
    return called((settle) => this.#connection.changeUser(to, settle)).then(() => undefined)
  }

  cancel(): void {
    this.#connection.lease.cancel()
  }

  release(): void {
    this.#connection.release()
  }

  destroy(): void {
    this.#connection.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.release()
  }

  #run<T>(how: 'query' | 'execute', statement: string | StatementOptions): Promise<QueryResult<T>> {
    const options = optionsOf(statement)
    if (this.#byPromise()) return promised<T>(this.#connection.promise(), how, options)
    return called((settle) => void this.#connection[how](options, settle)) as unknown as Promise<QueryResult<T>>
  }

  async #acknowledged(how: 'beginTransaction' | 'commit' | 'rollback' | 'ping'): Promise<void> {
    const promises = this.#connection.promise()
    if (this.#byPromise()) await promises[how]()
    else await called((settle) => this.#connection[how](settle))
  }

  #byPromise(): boolean {
    this.#turns += 1
    return this.#turns % 2 === 0
  }
}

/** What mysql2 types otherwise: its results are rows, or packets of its own. */
function promised<T>(
  desk: Pick<PromisePool, 'query' | 'execute'>,
  how: 'query' | 'execute',
  options: { readonly sql: string },
): Promise<QueryResult<T>> {
  const answer = how === 'query' ? desk.query(options) : desk.execute(options)
  return answer as unknown as Promise<QueryResult<T>>
}

function optionsOf(statement: string | StatementOptions): { readonly sql: string; readonly timeout?: number } {
  if (typeof statement === 'string') return { sql: statement }
  const { sql, timeout } = statement
  return { sql, ...(timeout === undefined ? {} : { timeout }) }
}

/** What a callback was given after its error, as a promise. */
function called(start: (settle: Settle) => void): Promise<readonly unknown[]> {
  return new Promise((resolve, reject) => {
    start((error, ...given) => {
      // ping() calls back without any.
      if (error instanceof Error) reject(error)
      else resolve(given)
    })
  })
}
