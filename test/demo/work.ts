import { onHostNews } from '@mysql-hostpool/cli'
import type { Pool } from '@mysql-hostpool/core'
import { countRows } from '@mysql-hostpool/example-both'
import type { GaleraCluster } from '../cluster/index.js'
import { audit } from './audit.js'
import { FAULT_WORDS, planFault, runFault } from './faults.js'
import { runLoad } from '../program/load.js'
import type { DemoOptions } from './options.js'
import { Report } from './report.js'
import type { Applications } from './requests.js'
import { Session } from './session.js'
import type { SingleHosts } from './single-hosts.js'
import { summary, verdict } from './summary.js'
import { within } from '../program/within.js'

const REQUESTS_PER_SECOND = 100
/** Milliseconds for the requests that are open when the last one has been sent; longer than any wait of the pool. */
const LAST_ANSWERS = 30_000

export interface Work {
  readonly options: DemoOptions
  readonly cluster: GaleraCluster | undefined
  readonly applications: Applications
  readonly pool: Pool
  readonly singleHosts: SingleHosts
  readonly write: (text: string) => void
  readonly signal: AbortSignal
}

/** Lets the applications work while a node is broken and mended, then looks at the data. Resolves to whether all is well. */
export async function workThroughFault(work: Work): Promise<boolean> {
  const { options, cluster, applications, pool, singleHosts, write, signal } = work
  const report = new Report(write, pool.status())
  const session = new Session(applications, pool)
  await session.warmUp()
  signal.throwIfAborted()
  write(`\n${plan(options)}\n\n`)
  report.header(pool.status())
  onHostNews(
    pool,
    ({ text }) => report.event(text),
    (host) => report.label(host),
  )
  const begin = performance.now()
  let second = 0
  const tell = () => {
    second = Math.max(second + 1, Math.round((performance.now() - begin) / 1000))
    report.second(second, session.tally.takePeriod(), session.tally.open, pool.status())
  }
  const ticker = setInterval(tell, 1_000)
  try {
    await loadAndFault(work, session, report)
    await within(session.answers(), LAST_ANSWERS, signal)
    tell()
  } finally {
    clearInterval(ticker)
  }

  write('\nchecking the data on each node\n\n')
  const { entries } = session.ledger
  const audits = await singleHosts.ask(async (host) => audit(entries, await countRows(host)))
  signal.throwIfAborted()
  const findings = {
    session,
    status: pool.status(),
    label: (host: string) => report.label(host),
    audits,
    allHostsExpected: cluster !== undefined,
  }
  write(summary(findings))
  return verdict(findings).length === 0
}

async function loadAndFault({ options, cluster, signal }: Work, session: Session, report: Report): Promise<void> {
  const { seconds, fault } = options
  // When one of the two fails there is no point in going on with the other.
  const failed = new AbortController()
  const either = AbortSignal.any([signal, failed.signal])
  const running = [
    runLoad({ rate: REQUESTS_PER_SECOND, seconds, signal: either, send: (index, due) => session.send(index, due) }),
  ]
  if (fault && cluster) {
    running.push(runFault(cluster, planFault(fault, seconds), (line) => report.event(line), either))
  }
  try {
    await Promise.all(running)
  } finally {
    failed.abort()
  }
}

function plan({ seconds, fault }: DemoOptions): string {
  const load = `${REQUESTS_PER_SECOND} requests a second for ${seconds} s, every fifth one writes`
  if (!fault) return `${load}.`
  const { from, to } = planFault(fault, seconds)
  const { broken, mended } = FAULT_WORDS[fault.kind]
  const at = (time: number) => `at second ${Math.round(time / 1000)}`
  return [
    `${load};`,
    `node${fault.node} is ${broken} ${at(from)} and ${mended} ${at(to)}.`,
    'Until the others have voted a lost node out, after 3 s, Galera itself holds all writes back;',
    'the pool keeps some connections for reads meanwhile.',
  ].join('\n')
}
