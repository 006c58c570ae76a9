import type { Check } from './check.js'
import { CHECKS } from './checks/registry.js'
import type { Facts } from './facts.js'
import type { Finding, Level } from './finding.js'
import { reachedHosts } from './reached.js'

/** A finding with the name of its check. */
export interface WeighedFinding extends Finding {
  /** The name of the check, as `ignore` takes it. */
  readonly check: string
}

/** The result of all findings: `fit` has nothing but notes. */
export type Fitness = 'fit' | 'warnings' | 'unfit'

/** What the doctor concludes. */
export interface Judgement {
  /** Whether the hosts are fit for the pool. */
  readonly fitness: Fitness
  /** The heaviest first. */
  readonly findings: readonly WeighedFinding[]
  /** The checks that were made. */
  readonly checks: readonly string[]
}

const LEVELS: readonly Level[] = ['error', 'warning', 'note']

/**
 * Judges the facts. A pool without any host that answers is unfit, whatever is ignored.
 * @param ignored - names of checks to leave out
 */
export function judge(
  facts: Facts,
  ignored: ReadonlySet<string> = new Set(),
  checks: readonly Check[] = CHECKS,
): Judgement {
  const wanted = checks.filter(({ name }) => !ignored.has(name)).toSorted((a, b) => b.weight - a.weight)
  const findings = wanted.flatMap((check) => check.run(facts).map((finding) => ({ ...finding, check: check.name })))
  const ordered = LEVELS.flatMap((level) => together(findings.filter((finding) => finding.level === level)))
  const fitness = reachedHosts(facts).length === 0 ? 'unfit' : fitnessOf(ordered)
  return { fitness, findings: ordered, checks: wanted.map(({ name }) => name) }
}

function fitnessOf(findings: readonly Pick<Finding, 'level'>[]): Fitness {
  if (findings.some(({ level }) => level === 'error')) return 'unfit'
  return findings.some(({ level }) => level === 'warning') ? 'warnings' : 'fit'
}

/** Merges findings that differ only in their hosts. */
function together(findings: readonly WeighedFinding[]): readonly WeighedFinding[] {
  const merged = new Map<string, WeighedFinding>()
  for (const finding of findings) {
    const { hosts, ...rest } = finding
    const key = JSON.stringify(rest)
    const before = merged.get(key)?.hosts ?? []
    merged.set(key, { ...finding, hosts: [...before, ...hosts] })
  }
  return [...merged.values()]
}
