import { createConnection, type ResultSetHeader, type RowDataPacket } from 'mysql2'

export type ControlRow = Readonly<Record<string, unknown>>

/**
 * Runs one statement as the server's root over its Unix socket, on a connection of its own: this works while the node's
 * network is cut off, its tables are refused or its connection limit is reached. Rejects when no answer came within
 * `timeout` milliseconds. Resolves to the rows, or to none for statements without a result.
 */
export async function runOnSocket(
  socketPath: string,
  sql: string,
  timeout: number,
  values: readonly (string | number)[] = [],
): Promise<readonly ControlRow[]> {
  const connection = createConnection({ socketPath, user: 'root', connectTimeout: timeout })
  try {
    return await new Promise<readonly ControlRow[]>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`no answer on ${socketPath} within ${timeout} ms to: ${sql}`)),
        timeout,
      )
      const settle = (error: Error | null, result?: RowDataPacket[] | ResultSetHeader) => {
        clearTimeout(timer)
        if (error) reject(error)
        else resolve(Array.isArray(result) ? result : [])
      }
      connection.on('error', settle)
      connection.query<RowDataPacket[] | ResultSetHeader>(sql, [...values], settle)
    })
  } finally {
    connection.destroy()
  }
}
