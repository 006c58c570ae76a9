import { carryOut, commitOpen, type Performance, type Refused, type Reply, touch, TOUCHING } from './perform.js'
import { meaningOf, type Saying, WITHOUT_TABLE } from './saying.js'
import type { SessionValues } from './server-session.js'

/** Does what a statement says, or refuses it. */
export function perform(performance: Performance, refused: Refused | undefined): Reply {
  const { session } = performance
  const refusal =
    refused !== undefined && applies(refused.errno, performance) ? refuse(performance, refused) : undefined
  const reply = refusal ?? carryOut(performance)
  noteFacts(session.values, reply, performance.saying)
  return reply
}

/** What the next statement may ask about this one. */
function noteFacts(values: SessionValues, reply: Reply, saying: Saying): void {
  values.rowCount = reply.is === 'ok' ? reply.affected : -1
  // MariaDB's statements without a table leave what was there, unless they have warnings themselves.
  if (reply.is === 'error') values.warnings = 1
  else if (!WITHOUT_TABLE.has(saying)) values.warnings = reply.is === 'ok' ? reply.warnings : 0
  if (reply.is === 'rows') values.foundRows = reply.rows.length
}

/** Whether this statement may meet such a refusal. */
function applies(errno: Refused['errno'], { session, saying }: Performance): boolean {
  const { effects, border, asks, commitsFirst } = meaningOf(saying)
  const open = session.values.transaction !== undefined
  const writes = effects !== undefined
  switch (errno) {
    case 1047:
      return asks !== true && (TOUCHING.has(saying) || writes || border !== undefined)
    case 1180:
    case 3100:
      return (border === 'commit' && open) || (writes && !open) || (commitsFirst === true && open)
    case 1205:
      return writes
    case 1213:
      return writes || open
    case 1290:
      return writes
    case 1153:
    case 1317:
      return true
    default:
      return errno satisfies never
  }
}

function refuse(performance: Performance, { errno, done }: Refused): Reply {
  const { session, options, database, saying } = performance
  const { values } = session
  switch (errno) {
    case 1180:
    case 3100:
      if (done) carryOut(performance)
      else values.transaction = undefined
      break
    case 1213:
      // What had to be committed first may have been: then the statement's own work is what failed.
      if (done && meaningOf(saying).commitsFirst === true) commitOpen(session, database)
      values.transaction = undefined
      break
    case 1205:
      if (options.rollbackOnTimeout) values.transaction = undefined
      else touch(values)
      break
    case 1047:
      // A node that rejoins has rolled back what was open, and says nothing of it.
      values.transaction = undefined
      break
    case 1317:
      // What was open, or was opened for it, stays open.
      if (TOUCHING.has(saying)) touch(values)
      break
    case 1290:
    case 1153:
      break
  }
  return { is: 'error', errno }
}
