import { describeServer, type HealthOptions, type ServerAnswer } from '@mysql-hostpool/core'

import type { ServerFacts, Values } from '../facts.js'
import { clockOf } from './clock.js'

/** One connection to the server, for questions. */
export interface Line {
  readonly serverVersion: string
  readonly ask: (sql: string) => Promise<ServerAnswer>
}

const STATUS = [
  'max_used_connections',
  'prepared_stmt_count',
  'threads_connected',
  'wsrep_cluster_conf_id',
  'wsrep_cluster_size',
  'wsrep_cluster_state_uuid',
  'wsrep_cluster_status',
  'wsrep_incoming_addresses',
  'wsrep_local_state_comment',
]

const NOTHING: Values = new Map()

/** Asks a server all questions of the checks, and goes on where a question has no answer. */
export async function gatherServer(line: Line, probe: HealthOptions['probe']): Promise<ServerFacts> {
  const unanswered: string[] = []
  const tried = async <T>(what: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work()
    } catch (error) {
      unanswered.push(`${what}: ${error instanceof Error ? error.message : String(error)}`)
      return undefined
    }
  }
  const table = async (sql: string): Promise<Values> =>
    (await tried(sql, async () => valuesOf(await line.ask(sql)))) ?? NOTHING
  const inList = STATUS.map((name) => `'${name}'`).join(', ')
  return {
    version: line.serverVersion,
    account: (await tried('CURRENT_USER()', async () => firstCell(await line.ask('SELECT CURRENT_USER()')))) ?? '',
    clock: await tried('the clock', () => clockOf(line.ask)),
    description: await tried('what kind of server it is', () => describeServer(line.serverVersion, line.ask, probe)),
    variables: await table('SHOW GLOBAL VARIABLES'),
    session: await table('SHOW SESSION VARIABLES'),
    status: await table(`SHOW GLOBAL STATUS WHERE Variable_name IN (${inList})`),
    encryption: await table("SHOW SESSION STATUS LIKE 'Ssl\\_%'"),
    unanswered,
  }
}

/** Names of variables that may hold a secret of the server. No check reads them. */
const SECRET = /password|passphrase|secret|auth|token/

/** The names and values of an answer with these two columns. */
export function valuesOf({ rows }: ServerAnswer): Values {
  const named = rows.map(([name, value]): [string, string] => [String(name).toLowerCase(), String(value ?? '')])
  return new Map(named.filter(([name]) => !SECRET.test(name)))
}

function firstCell({ rows }: ServerAnswer): string {
  return String(rows[0]?.[0] ?? '')
}
