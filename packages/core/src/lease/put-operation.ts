import type { RowReceiver, StatementDone } from '../driver/port.js'
import type { Session } from '../session/session.js'
import type { Field } from '../sql/statement.js'
import type { Operation } from './operation.js'

/** Sends an operation through its session. */
export function putOperation(
  { what, statement, decoding, kind, receiver, to }: Operation,
  session: Session,
  done: StatementDone,
): void {
  switch (what) {
    case 'query':
      session.run(false, statement, decoding, kind, done)
      break
    case 'execute':
      session.run(true, statement, decoding, kind, done)
      break
    case 'stream':
      if (receiver !== undefined) session.stream(statement, decoding, kind, receiverOf(receiver, done))
      break
    case 'ping':
      session.ping(done)
      break
    case 'changeUser':
      session.changeUser(to ?? {}, done)
      break
    default:
      what satisfies never
  }
}

/** Hands the header of a statement without rows to `done`: a stream delivers the header as its only row. */
function receiverOf(receiver: RowReceiver, done: StatementDone): RowReceiver {
  let columns: readonly Field[] | undefined
  let isHeader = true
  let header: unknown
  return {
    fields: (fields) => {
      isHeader = fields === undefined
      columns = fields ?? columns
      receiver.fields(fields)
    },
    row: (row) => {
      if (isHeader) header = row
      receiver.row(row)
    },
    done: (error) => done(error, header, columns),
  }
}
