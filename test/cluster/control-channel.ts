import { createConnection, type Connection, type ResultSetHeader, type RowDataPacket } from 'mysql2'

export type ControlRow = Readonly<Record<string, unknown>>

/**
 * The server's root over its Unix socket, on a connection of its own: this works while the node's network is cut off, its
 * tables are refused or its connection limit is reached.
 */
export class ControlChannel implements AsyncDisposable {
  readonly #connection: Connection
  readonly #socketPath: string
  readonly #timeout: number

  /** @param timeout - milliseconds that a statement may take */
  constructor(socketPath: string, timeout: number) {
    this.#socketPath = socketPath
    this.#timeout = timeout
    this.#connection = createConnection({ socketPath, user: 'root', connectTimeout: timeout })
    this.#connection.on('error', () => undefined)
  }

  /** Resolves to the rows, or to none for statements without a result. */
  async run(sql: string, values: readonly (string | number)[] = []): Promise<readonly ControlRow[]> {
    return await new Promise<readonly ControlRow[]>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`no answer on ${this.#socketPath} within ${this.#timeout} ms to: ${sql}`)),
        this.#timeout,
      )
      const settle = (error: Error | null, result?: RowDataPacket[] | ResultSetHeader) => {
        clearTimeout(timer)
        if (error) reject(error)
        else resolve(Array.isArray(result) ? result : [])
      }
      this.#connection.once('error', settle)
      this.#connection.query<RowDataPacket[] | ResultSetHeader>(sql, [...values], settle)
    })
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#connection.destroy()
    return Promise.resolve()
  }
}

/** Runs one statement on a {@link ControlChannel}. */
export async function runOnSocket(
  socketPath: string,
  sql: string,
  timeout: number,
  values: readonly (string | number)[] = [],
): Promise<readonly ControlRow[]> {
  await using channel = new ControlChannel(socketPath, timeout)
  return await channel.run(sql, values)
}
