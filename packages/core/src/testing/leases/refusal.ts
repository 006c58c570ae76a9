import { carryOut, commitOpen, type Performance, type Refused, type Reply, touch, TOUCHING } from './perform.js'
import { meaningOf, type Saying, WITHOUT_TABLE } from './saying.js'
import type { SessionValues } from './server-session.js'

/** Carries a statement out, or refuses it. */
export function perform(performance: Performance, refused: Refused | undefined): Reply {
  const { session } = performance
  const refusal =
    refused !== undefined && applies(refused.errno, performance) ? refuse(performance, refused) : undefined
  const reply = refusal ?? carryOut(performance)
  noteFacts(session.values, reply, performance.saying)
  return reply
}

/** Notes the facts of a statement that the next one may ask for. */
function noteFacts(values: SessionValues, reply: Reply, saying: Saying): void {
  values.rowCount = reply.is === 'ok' ? reply.affected : -1
  // A statement without a table leaves the earlier warnings in MariaDB, unless it has warnings itself.
  if (reply.is === 'error') values.warnings = 1
  else if (!WITHOUT_TABLE.has(saying)) values.warnings = reply.is === 'ok' ? reply.warnings : 0
  if (reply.is === 'rows') values.foundRows = reply.rows.length
}

/** Whether a server can refuse this statement with this error. */
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
      // The implicit commit may have been done before the statement's own work failed.
      if (done && meaningOf(saying).commitsFirst === true) commitOpen(session, database)
      values.transaction = undefined
      break
    case 1205:
      if (options.rollbackOnTimeout) values.transaction = undefined
      else touch(values)
      break
    case 1047:
      // A node that rejoins its cluster has rolled the open transaction back, and does not tell.
      values.transaction = undefined
      break
    case 1317:
      // A transaction that was open, or that the statement has opened, stays open.
      if (TOUCHING.has(saying)) touch(values)
      break
    case 1290:
    case 1153:
      break
  }
  return { is: 'error', errno }
}
