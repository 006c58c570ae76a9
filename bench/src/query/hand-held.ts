import type { ServerAccess } from '@mysql-hostpool/test/cluster'
import { type Connection, createConnection, type ExecuteValues, type RowDataPacket } from 'mysql2/promise'
import { hostsOf } from '../servers/host-access.js'
import type { Manner, QuerySubject, Statement } from './subject.js'

/** A connection, and the last thing that was asked of it. */
interface Held {
  readonly connection: Connection
  busyUntil: Promise<unknown>
}

/** Connections of mysql2 used in turn, without any pool: nothing can be faster that uses mysql2 at all. */
export class HandHeld implements QuerySubject {
  readonly configuration: string
  readonly #held: readonly Held[]
  readonly #manner: Manner
  #turn = 0

  private constructor(connections: readonly Connection[], manner: Manner) {
    this.#manner = manner
    const reset = manner === 'reset on' ? ', each reset after each statement' : ''
    this.configuration = `${connections.length} connections of mysql2/promise, used in turn${reset}; {"trace":false}`
    this.#held = connections.map((connection) => ({ connection, busyUntil: Promise.resolve() }))
  }

  static async open(access: ServerAccess, connections: number, manner: Manner): Promise<HandHeld> {
    const hosts = hostsOf(access)
    const open: Connection[] = []
    for (let index = 0; index < connections; index += 1) {
      const host = hosts[index % hosts.length]
      if (host !== undefined) open.push(await createConnection({ ...host, trace: false }))
    }
    return new HandHeld(open, manner)
  }

  async select(sql: string, values: readonly unknown[]): Promise<unknown> {
    const { connection } = this.#next()
    const [rows] =
      this.#manner === 'prepared'
        ? await connection.execute<RowDataPacket[]>(sql, [...values] as ExecuteValues[])
        : await connection.query<RowDataPacket[]>(sql, [...values])
    // As pools do it: whoever asked does not wait for it, whoever comes next does.
    if (this.#manner === 'reset on') connection.reset().catch(() => connection.destroy())
    return rows[0]
  }

  transaction(statements: readonly Statement[]): Promise<void> {
    const held = this.#next()
    const done = held.busyUntil.then(async () => {
      for (const [sql, values] of statements) await held.connection.query(sql, [...values])
    })
    held.busyUntil = done.catch(() => undefined)
    return done
  }

  async end(): Promise<void> {
    await Promise.all(this.#held.map(({ connection }) => connection.end()))
  }

  #next(): Held {
    const held = this.#held[this.#turn]
    if (held === undefined) throw new Error('there is no connection')
    this.#turn = (this.#turn + 1) % this.#held.length
    return held
  }
}
