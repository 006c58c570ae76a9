import type { Decoding } from '../../sql/decoding.js'
import type { Field, StatementOptions } from '../../sql/statement.js'
import type { Answer } from './wire.js'
import type { Reply } from './perform.js'
import { answeredError } from './server-error.js'

export function failureOf({ errno }: Answer, server: string): Error | undefined {
  return errno === undefined ? undefined : answeredError(errno, server)
}

const AUTO_INCREMENT = 0x0200

export interface Decoded {
  readonly result: unknown
  readonly fields: readonly Field[] | undefined
}

/** One result as the driver gives it. */
export function decode(
  reply: Exclude<Reply, { is: 'error' }>,
  statement: StatementOptions,
  decoding: Decoding,
  serverStatus: number,
): Decoded {
  if (reply.is === 'ok') {
    const { affected, insertId, warnings } = reply
    const header = { affectedRows: affected, insertId, changedRows: 0, serverStatus, warningStatus: warnings }
    return { result: { ...header, info: statement.sql }, fields: undefined }
  }
  const names = Object.keys(reply.rows[0] ?? { v: null })
  const fields = names.map((name) => ({
    name,
    flags: name === 'id' ? AUTO_INCREMENT : 0,
  })) as unknown as readonly Field[]
  // Each row holds the text of its statement, and the name of its decoding.
  const rows =
    statement.rowsAsArray === true
      ? reply.rows.map((row) => Object.values(row))
      : reply.rows.map((row) => ({ ...row, of: statement.sql, decoding: decoding.timezone }))
  return { result: rows, fields }
}
