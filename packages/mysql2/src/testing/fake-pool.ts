import { EventEmitter } from 'node:events'
import { Readable } from 'node:stream'

import { createPool } from '@mysql-hostpool/core'
import type {
  Field,
  Lease,
  LeaseOptions,
  Pool,
  PoolOptions,
  PublicConfig,
  QueryResult,
  StatementResult,
} from '@mysql-hostpool/core'

type Answer = QueryResult<unknown>

const columns = (...names: readonly string[]): Field[] =>
  names.map((name) => ({
    name,
    orgName: name,
    table: 't',
    orgTable: 't',
    schema: 's',
    columnType: 3,
    type: 3,
    flags: 0,
    decimals: 0,
    columnLength: 11,
    characterSet: 63,
    encoding: 'binary',
  }))

/** The numbers 1 to n, as a server answers `SELECT n`. */
function rowsFor(sql: string): { readonly n: number }[] {
  const count = Number(/^SELECT (\d+)$/.exec(sql)?.[1] ?? 1)
  return Array.from({ length: count }, (_, index) => ({ n: index + 1 }))
}

/** A lease without a server: `FAIL` fails, `HANG` waits for `pool.free()`, and any other text returns rows. */
export class FakeLease implements Lease {
  readonly host = 'db1:3306'
  readonly threadId = 7
  readonly serverVersion = '10.11.19-MariaDB'
  inTransaction = false
  noBackslashEscapes = false
  readonly calls: unknown[][] = []
  state: 'inUse' | 'released' | 'destroyed' = 'inUse'
  readonly #pool: FakePool

  constructor(pool: FakePool) {
    this.#pool = pool
  }

  query<T extends StatementResult>(...given: readonly unknown[]): Promise<QueryResult<T>> {
    return this.#answer('query', given)
  }

  execute<T extends StatementResult>(...given: readonly unknown[]): Promise<QueryResult<T>> {
    return this.#answer('execute', given)
  }

  stream(...given: readonly unknown[]): Readable {
    this.calls.push(['stream', ...given])
    const sql = String(given[0])
    const rows = rowsFor(sql)
    let sent = 0
    return new Readable({
      objectMode: true,
      highWaterMark: 4,
      read() {
        if (sql === 'FAIL') {
          this.destroy(new Error('failed'))
          return
        }
        if (sent === 0) this.emit('fields', columns('n'))
        const row = rows[sent]
        sent += 1
        this.push(row ?? null)
      },
    })
  }

  async beginTransaction(): Promise<void> {
    this.inTransaction = true
  }

  async commit(): Promise<void> {
    this.inTransaction = false
  }

  async rollback(): Promise<void> {
    throw new Error('failed')
  }

  async ping(): Promise<void> {}

  manage(managed: boolean): void {
    this.calls.push(['manage', managed])
  }

  trueInTheEnd(error: unknown): unknown {
    return error
  }

  changeUser(...given: readonly unknown[]): Promise<void> {
    this.calls.push(['changeUser', ...given])
    return Promise.resolve()
  }

  cancel(): void {
    this.calls.push(['cancel'])
  }

  release(): void {
    this.state = 'released'
  }

  destroy(): void {
    this.state = 'destroyed'
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.release()
  }

  async #answer<T>(kind: string, given: readonly unknown[]): Promise<QueryResult<T>> {
    this.calls.push([kind, ...given])
    const sql = String(given[0])
    if (sql === 'HANG') await this.#pool.held
    if (sql === 'FAIL') throw new Error('failed')
    const answer: Answer = [rowsFor(sql), columns('n')]
    // the caller names the type of its rows, as with a server
    return answer as QueryResult<T>
  }
}

const notNeeded = (): Error => new Error('No facade needs this')

/** A pool without servers that has the configuration of a real one, and records its calls. */
export class FakePool extends EventEmitter implements Pool {
  noBackslashEscapes = false
  readonly leases: FakeLease[] = []
  readonly leaseOptions: (LeaseOptions | undefined)[] = []
  readonly direct = new FakeLease(this)
  readonly config: PublicConfig
  ended = 0
  /** Makes `HANG` answer. */
  free: () => void = () => {}
  readonly held = new Promise<void>((resolve) => {
    this.free = resolve
  })

  constructor(options: PoolOptions = {}) {
    super()
    this.config = createPool(options).config
  }

  async getConnection(options?: LeaseOptions): Promise<Lease> {
    this.leaseOptions.push(options)
    const lease = new FakeLease(this)
    this.leases.push(lease)
    return lease
  }

  query<T extends StatementResult>(...given: readonly unknown[]): Promise<QueryResult<T>> {
    return this.direct.query(...given)
  }

  execute<T extends StatementResult>(...given: readonly unknown[]): Promise<QueryResult<T>> {
    return this.direct.execute(...given)
  }

  get hosts(): never {
    throw notNeeded()
  }

  refresh(): never {
    throw notNeeded()
  }

  withConnection(): never {
    throw notNeeded()
  }

  transaction(): never {
    throw notNeeded()
  }

  check(): never {
    throw notNeeded()
  }

  status(): never {
    throw notNeeded()
  }

  async end(): Promise<void> {
    this.ended += 1
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end()
  }
}
