import { wrap } from '../program/wrap.js'
import { type Figures, type SlowOnes, SLOW } from './figures.js'
import { SERVER_WORDS, type ServerKind } from './server-kind.js'
import { type DrillResult, ms, type PoolResult } from './table.js'

const WIDTH = 116
/** Of what a pool says about its hosts. */
const SAID = 12

/** What does not fit into rows, as a list. */
export function notes({ record, pools }: DrillResult, servers: ServerKind): string {
  const { drill, rate, control, outages, letGo } = record
  const lines = pools.flatMap((pool) => notesOf(pool).map((note) => `${pool.name}: ${note}`))
  if (outages.length > 0) {
    const lengths = outages.map(({ from, to }) => ms(to - from)).join(', ')
    lines.unshift(`no server took writes for ${lengths} ms, which is the servers' and their operator's own`)
  }
  if (letGo !== undefined) {
    lines.unshift(
      `past every pool, on the killed node: ${ms(letGo)} ms after the kill its system closed a connection that nobody used; ` +
        'no client can hear of the end before',
    )
  }
  if (control) {
    lines.unshift(
      `past every pool, on a healthy node: longest write ${ms(control.write)} ms, which is ${SERVER_WORDS[servers]}'s own ` +
        `stall, longest read ${ms(control.read)} ms, which is the machine's`,
    )
  }
  const list = lines.flatMap((line) => wrap(`- ${line}`, WIDTH))
  return [`**${drill}, ${rate} requests a second**`, '', ...list, '', ''].join('\n')
}

function notesOf(pool: PoolResult): readonly string[] {
  if ('failure' in pool) return [`its process failed: ${pool.failure}`]
  const { figures, targets } = pool
  const { worst, worstDue } = figures.kinds.read
  const found = worst > 0 ? [`worst read ${ms(worst)} ms, due ${ms(worstDue)} ms after the fault began`] : []
  for (const kind of ['read', 'write'] as const) {
    const { slow, failed, failedLater } = figures.kinds[kind]
    if (slow) found.push(`${slow.times} ${kind}s over ${SLOW} ms: ${whenDue(slow)}`)
    if (failed > 0) found.push(`${failed} ${kind}s failed, ${failedLater} of them due after the fault`)
  }
  const { pauses, writesBack } = figures
  if (writesBack !== undefined) {
    found.push(`the first write was answered ${ms(writesBack)} ms after a server took writes again`)
  }
  if (pauses.times > 0) {
    found.push(`its process was kept from its work ${pauses.times} times, at most for ${ms(pauses.longest)} ms`)
  }
  found.push(...burstNotes(figures), ...saidAboutHosts(figures))
  found.push(...figures.uncaught, ...figures.leaks.map((leak) => `LEFT BEHIND: ${leak}`))
  for (const [word, wanted] of [
    ['met', true],
    ['MISSED', false],
  ] as const) {
    const texts = targets.filter(({ met }) => met === wanted).map(({ text }) => text)
    if (texts.length > 0) found.push(`${word}: ${texts.join('; ')}`)
  }
  return found
}

function whenDue({ first, last, worst, paused }: SlowOnes): string {
  const own = paused === 0 ? '' : `; ${paused} only because the process of the pool was kept from its work`
  return `due ${ms(first)} to ${ms(last)} ms after the fault began, the worst at ${ms(worst)}${own}`
}

function burstNotes({ burst }: Figures): readonly string[] {
  if (!burst) return []
  const { wanted, served, errors, unsettled, worst, inversions } = burst
  const codes = [...new Set(errors)].map((code) => `${errors.filter((each) => each === code).length} x ${code}`)
  const outcome = [`${served} served`, ...codes, `${unsettled} never settled`].join(', ')
  return [`${wanted} wanted at once: ${outcome}, worst ${ms(worst)} ms, ${inversions} served out of order`]
}

function saidAboutHosts({ hostChanges }: Figures): readonly string[] {
  const said = hostChanges?.map(({ after, node, reason }) => `${ms(after)} node${node + 1} ${reason}`) ?? []
  if (said.length === 0) return []
  const more = said.length > SAID ? [`and ${said.length - SAID} times more`] : []
  return [`said about hosts: ${[...said.slice(0, SAID), ...more].join('; ')}`]
}
