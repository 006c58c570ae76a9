import type { PoolOptions } from '../../config/options.js'
import { resolveConfig } from '../../config/pool-config.js'
import { mysql2Driver } from '../../driver/mysql2/mysql2-driver.js'
import type { ConnectTarget, DriverConnection } from '../../driver/port.js'
import type { Decoding } from '../../sql/decoding.js'
import type { Field, StatementOptions, StatementValues } from '../../sql/statement.js'
import { type Answering, RogueServer, type RogueOptions } from './rogue-server.js'

/** The result of a command. */
export interface Told {
  readonly error: (Error & Record<string, unknown>) | null
  readonly result: unknown
  readonly fields: readonly Field[] | undefined
}

/** The calls of a stream's receiver, in their order. */
export interface Streamed {
  readonly error: (Error & Record<string, unknown>) | null
  readonly seen: readonly unknown[]
}

/** A connection of the driver to a server whose every byte the test decides. */
export class OpenConnection {
  readonly server: RogueServer
  readonly connection: DriverConnection
  /** The errors that `onLost` was called with. */
  readonly lost: Error[] = []

  readonly #target: ConnectTarget

  private constructor(server: RogueServer, target: ConnectTarget, connection: DriverConnection) {
    this.server = server
    this.#target = target
    this.connection = connection
    connection.onLost = (error) => this.lost.push(error)
  }

  static async open(answer: Answering, options: PoolOptions = {}, rogue: RogueOptions = {}): Promise<OpenConnection> {
    const server = await RogueServer.start(answer, rogue)
    const config = resolveConfig({ ...options, host: server.host, user: 'u', password: 'p' })
    const [host] = config.hosts
    if (host === undefined) throw new Error('there is no host')
    const target = { host, connection: config.connection, password: 'p' }
    return new OpenConnection(server, target, await connect(target))
  }

  /** Opens one more connection with the same configuration to the same server. */
  async another(): Promise<OpenConnection> {
    return new OpenConnection(this.server, this.#target, await connect(this.#target))
  }

  query(sql: string | StatementOptions, values?: StatementValues, decoding: Decoding = {}): Promise<Told> {
    return this.#ask('query', statementOf(sql, values), decoding)
  }

  execute(sql: string | StatementOptions, values?: StatementValues, decoding: Decoding = {}): Promise<Told> {
    return this.#ask('execute', statementOf(sql, values), decoding)
  }

  /** Sends a statement and reads its rows as a stream. The columns of a result are noted as the list of their names. */
  stream(sql: string, decoding: Decoding = {}): Promise<Streamed> {
    const seen: unknown[] = []
    return new Promise((resolve) => {
      this.connection.stream({ sql }, decoding, {
        fields: (fields) => fields !== undefined && seen.push(fields.map(({ name }) => name)),
        row: (row) => seen.push(row),
        done: (error) => resolve({ error: error as Streamed['error'], seen }),
      })
    })
  }

  /** Sends one of the commands without a statement. */
  order(give: (done: (error: Error | null) => void) => void): Promise<Told['error']> {
    return new Promise((resolve) => give((error) => resolve(error as Told['error'])))
  }

  async stop(): Promise<void> {
    this.connection.destroy()
    await this.server.stop()
  }

  #ask(how: 'query' | 'execute', statement: StatementOptions, decoding: Decoding): Promise<Told> {
    return new Promise((resolve) => {
      this.connection[how](statement, decoding, (error, result, fields) => {
        resolve({ error: error as Told['error'], result, fields })
      })
    })
  }
}

function statementOf(sql: string | StatementOptions, values: StatementValues | undefined): StatementOptions {
  if (typeof sql !== 'string') return sql
  return values === undefined ? { sql } : { sql, values }
}

function connect(target: ConnectTarget): Promise<DriverConnection> {
  return new Promise((resolve, reject) => {
    mysql2Driver.connect(target, (error, opened) => {
      if (opened === undefined) reject(error ?? new Error('neither a connection nor an error'))
      else resolve(opened)
    })
  })
}
