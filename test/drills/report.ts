import { cpus } from 'node:os'
import type { DrillOptions } from './options.js'
import { SERVER_WORDS } from './server-kind.js'
import { isOwn } from './subjects/subject.js'
import { notes } from './notes.js'
import { type DrillResult, LEGEND, type PoolResult, table } from './table.js'

/** How a run of drills went, from best to worst. */
export const Verdict = {
  allMet: 'all met',
  targetMissed: 'target missed',
  /** Something was lost or left behind: no machine is too slow to be an excuse for that. */
  broken: 'broken',
} as const
export type Verdict = (typeof Verdict)[keyof typeof Verdict]

/** All of it, for people: text that can be pasted where Markdown is read. */
export function report({ seconds, servers }: DrillOptions, results: readonly DrillResult[], version: string): string {
  const configurations = new Map(results.flatMap(({ pools }) => pools.map((pool) => [pool.name, pool.configuration])))
  return [
    `\nThree nodes of ${SERVER_WORDS[servers]}, ${version}; Node.js ${process.versions.node}, ${cpus().length} processors. ` +
      `Faults last ${seconds} s.\n\n`,
    ...[...configurations].map(([name, configuration]) => `- ${name}: ${configuration}\n`),
    `\n${table(results)}\n${LEGEND}\n`,
    ...results.map((result) => notes(result, servers)),
    `${metOf(results)}\n`,
    verdictOf(results) === Verdict.broken
      ? 'NOT AS IT MUST BE: see "never settled", uncaught exceptions and LEFT BEHIND above\n'
      : 'no uncaught exception, no unhandled rejection, no lost request, nothing left behind\n',
  ].join('')
}

export function metOf(results: readonly DrillResult[]): string {
  const targets = results.flatMap(({ pools }) => pools.flatMap((pool) => ('targets' in pool ? pool.targets : [])))
  return `${targets.filter(({ met }) => met).length} of ${targets.length} targets met`
}

/** Other pools are compared, not judged. */
export function verdictOf(results: readonly DrillResult[]): Verdict {
  const own = results.flatMap(({ pools }) => pools.filter(({ name }) => isOwn(name)))
  if (!own.every(leftNothing)) return Verdict.broken
  const met = own.every((pool) => 'targets' in pool && pool.targets.every((target) => target.met))
  return met ? Verdict.allMet : Verdict.targetMissed
}

function leftNothing(pool: PoolResult): boolean {
  if ('failure' in pool) return false
  const { uncaught, leaks, unsettled } = pool.figures
  return uncaught.length + leaks.length + unsettled === 0
}
