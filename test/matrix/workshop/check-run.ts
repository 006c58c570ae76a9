import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import type { CheckResult } from '../report/result.js'
import type { Application } from './application.js'
import type { MatrixServers } from './matrix-servers.js'
import type { RuntimeCommand } from './runtimes.js'

/** Milliseconds that one check may take. */
const CHECK_TIMEOUT = 90_000
/** How long the process may live on when all checks are done, before something was left behind. */
const END_TIMEOUT = 5_000

export interface CheckRun {
  readonly command: RuntimeCommand
  readonly application: Application
  readonly servers: MatrixServers
  /** Names of files in `programs/checks`. */
  readonly checks: readonly string[]
  readonly signal: AbortSignal
}

export interface CheckRunFindings {
  readonly runtime: string | undefined
  /** The version of the servers, as they say it. */
  readonly server: string | undefined
  readonly checks: readonly CheckResult[]
}

/** A line that `programs/check.mjs` says. */
interface Line {
  readonly runtime?: string
  readonly server?: string
  readonly ask?: 'kill'
  readonly done?: true
  readonly check?: string
  readonly ok?: boolean
  readonly seconds?: number
  readonly reason?: string
}

/** Runs checks in an application, one after the other, in one process of the runtime. */
export async function runChecks({
  command,
  application,
  servers,
  checks,
  signal,
}: CheckRun): Promise<CheckRunFindings> {
  const { directory, needs } = application
  const withoutServers = new Map(checks.flatMap((name) => reasonAgainst(name, servers)))
  const task = {
    servers: servers.options,
    sessionVariables: servers.sessionVariables,
    type: servers.brand,
    tls: servers.tls,
    packages: needs.packages.map((name) => `@mysql-hostpool/${name}`),
    through: ['typeorm', 'prisma'].filter((library) => library in needs.libraries),
    timeout: CHECK_TIMEOUT,
    checks: checks.filter((name) => !withoutServers.has(name)),
  }
  const file = join(directory, 'task.json')
  writeFileSync(file, JSON.stringify(task), { mode: 0o600 })
  const said = await converse([...command, join(directory, 'check.mjs'), file], directory, servers, signal)
  const made = new Map(said.results.map((result) => [result.name, result]))
  const results = checks.map(
    (name): CheckResult =>
      withoutServers.get(name) ??
      made.get(name) ?? { name, outcome: 'failed', seconds: 0, note: `the process ended before: ${said.end}` },
  )
  if (said.lingered) {
    const note = 'all checks were made, and the process did not end: something was left behind'
    results.push({ name: 'end', outcome: 'failed', seconds: END_TIMEOUT / 1000, note })
  }
  return { runtime: said.runtime, server: said.server, checks: results }
}

/** A check that these servers do not allow. */
function reasonAgainst(name: string, { kill, tls }: MatrixServers): readonly (readonly [string, CheckResult])[] {
  const unavailable = (note: string): [[string, CheckResult]] => [
    [name, { name, outcome: 'unavailable', seconds: 0, note }],
  ]
  if (name === 'failover' && !kill) return unavailable('servers that run already are not killed')
  if (name === 'tls' && !tls) return unavailable('the certificates of servers that run already are not known')
  return []
}

interface Said {
  runtime: string | undefined
  server: string | undefined
  results: CheckResult[]
  lingered: boolean
  end: string
}

async function converse(
  [program, ...args]: readonly string[],
  directory: string,
  servers: MatrixServers,
  signal: AbortSignal,
): Promise<Said> {
  const said: Said = { runtime: undefined, server: undefined, results: [], lingered: false, end: '' }
  const child = spawn(program ?? '', args, { cwd: directory, stdio: ['pipe', 'pipe', 'pipe'], signal })
  let complaints = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints = `${complaints}${text}`.slice(-4_000)
  })
  let last: NodeJS.Timeout | undefined
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message))
    child.on('close', (code, by) => resolve(`${by ?? `status ${code}`}\n${complaints}`.trim()))
  })
  child.stdin.on('error', () => {})
  const hear = async (line: Line): Promise<void> => {
    if (line.runtime !== undefined) said.runtime = line.runtime
    if (line.server !== undefined) said.server = line.server
    if (line.check !== undefined) said.results.push(resultOf(line.check, line))
    if (line.ask === 'kill') {
      await servers.kill?.()
      child.stdin.write('killed\n')
    }
    if (line.done) {
      last = setTimeout(() => {
        said.lingered = true
        child.kill('SIGKILL')
      }, END_TIMEOUT)
    }
  }
  const faults: unknown[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('{')) await hear(JSON.parse(line) as Line).catch((error: unknown) => faults.push(error))
    // A host that could not be killed is no fault of the program's.
    if (faults.length > 0) child.kill('SIGKILL')
  }
  said.end = await ended
  clearTimeout(last)
  signal.throwIfAborted()
  if (faults.length > 0) throw faults[0]
  return said
}

function resultOf(name: string, { ok, seconds = 0, reason }: Line): CheckResult {
  return ok
    ? { name, outcome: 'passed', seconds }
    : { name, outcome: 'failed', seconds, note: reason ?? 'no reason told' }
}
