import type { PoolStatus } from '@mysql-hostpool/core'
import { wrap } from '../program/wrap.js'
import type { Audit } from './audit.js'
import { Outcome } from './ledger.js'
import type { Session } from './session.js'
import type { HostAnswer } from './single-hosts.js'
import type { RequestKind, Tally } from './tally.js'

export interface Findings {
  readonly session: Pick<Session, 'tally' | 'ledger' | 'failures' | 'mostConnections'>
  readonly status: Pick<PoolStatus, 'connectionLimit' | 'hosts'> & {
    readonly counters: Pick<PoolStatus['counters'], 'retriedReads'>
  }
  readonly label: (host: string) => string
  readonly audits: readonly HostAnswer<Audit>[]
  /** Every host has to be asked, because they all belong to the demo. */
  readonly allHostsExpected: boolean
}

const SHOWN = 12
const NAME_WIDTH = 10
const TEXT_WIDTH = 88

/** What must not have happened; empty when the demo has shown what it is there to show. */
export function verdict({ session, audits, label, allHostsExpected, status }: Findings): readonly string[] {
  const { tally } = session
  const faults: string[] = []
  if (tally.failed('read') > 0) faults.push(`${tally.failed('read')} reads failed`)
  if (tally.open > 0) faults.push(`${tally.open} requests never got an answer`)
  if (session.mostConnections > status.connectionLimit) {
    faults.push(`${session.mostConnections} connections were open at once, ${status.connectionLimit} are allowed`)
  }
  const asked = audits.filter((each) => 'answer' in each)
  if (asked.length === 0) faults.push('no host could be asked for its data')
  for (const each of audits) {
    if ('problem' in each) {
      if (allHostsExpected) faults.push(`${label(each.host)} could not be asked for its data: ${each.problem}`)
    } else {
      faults.push(...each.answer.problems.map((problem) => `${label(each.host)}: ${problem}`))
    }
  }
  return faults
}

/** The closing lines. */
export function summary(findings: Findings): string {
  const { session, status, label, audits } = findings
  const { tally, ledger } = session
  const count = (outcome: Outcome) => ledger.entries.filter((entry) => entry.outcome === outcome).length
  const served = status.hosts.reduce((sum, { counters }) => sum + counters.served, 0)
  const lines: [name: string, text: string][] = [
    ['requests', `${tally.sent} sent, ${tally.done('read')} reads and ${tally.done('write')} writes ended`],
    ['reads', `${tally.failed('read')} failed; ${status.counters.retriedReads} were sent again to another host`],
    [
      'writes',
      `${count(Outcome.Acknowledged)} acknowledged (those of the warm-up included), ${count(Outcome.Failed)} failed, ` +
        `${count(Outcome.Unknown)} of unknown outcome`,
    ],
    ['latency', `reads: ${latencies(tally, 'read')}`],
    ['latency', `writes: ${latencies(tally, 'write')}`],
    ['pool', `at most ${session.mostConnections} connections of ${status.connectionLimit}, both applications together`],
    ['traffic', status.hosts.map((host) => `${label(host.name)} ${share(host.counters.served, served)}`).join(', ')],
    ...audits.map((each): [string, string] => ['data', dataLine(label(each.host), each)]),
    ...session.failures.slice(0, SHOWN).map(([text, times]): [string, string] => ['failure', `${times} x ${text}`]),
  ]
  const more = session.failures.length - SHOWN
  if (more > 0) lines.push(['failure', `and ${more} other kinds`])
  const faults = verdict(findings)
  const result = faults.length === 0 ? [GOOD] : faults.slice(0, SHOWN).map((fault) => `NOT AS IT MUST BE: ${fault}`)
  if (faults.length > SHOWN) result.push(`and ${faults.length - SHOWN} other faults`)
  lines.push(...result.map((text): [string, string] => ['result', text]))
  return lines.map(([name, text], index) => wrapLine(name === lines[index - 1]?.[0] ? '' : name, text)).join('')
}

/** A text beside its name, broken at blanks where it is too long for a terminal. */
function wrapLine(name: string, text: string): string {
  const rows = wrap(text, TEXT_WIDTH)
  return rows.map((row, index) => `${(index === 0 ? name : '').padEnd(NAME_WIDTH)}${row}\n`).join('')
}

const GOOD = 'no read failed, and every acknowledged row is there, once'

function dataLine(label: string, audit: HostAnswer<Audit>): string {
  if ('problem' in audit) return `${label} could not be asked: ${audit.problem}`
  const { kept, keptRows, unknownThere, unknownNotThere, problems } = audit.answer
  return (
    `${label} has ${kept} acknowledged writes, once each (${keptRows} rows)` +
    (unknownThere + unknownNotThere === 0
      ? ''
      : `; unknown ones: ${unknownThere} there, once, and ${unknownNotThere} not`) +
    (problems.length === 0 ? '' : `; ${problems.length} FAULTS`)
  )
}

function latencies(tally: Tally, kind: RequestKind): string {
  const ms = (share: number) => Math.ceil(tally.latency(kind, share))
  return `median ${ms(0.5)} ms, 99 % ${ms(0.99)} ms, worst ${ms(1)} ms`
}

function share(part: number, all: number): string {
  return `${all === 0 ? 0 : Math.round((part / all) * 100)} %`
}
