import { type Claim, Told } from './claim.js'

const Fault = {
  /** A row is there more than once. */
  twice: 'twice',
  /** The promise resolved, and a row is not there. */
  missing: 'missing',
  /** The error says that it was undone, and a row is there. */
  thereAllTheSame: 'there all the same',
  /** Of one transaction some rows are there and some are not. */
  half: 'half',
  /** A row that no caller has written. */
  unasked: 'unasked',
  /** The nodes of the cluster have different rows. */
  differ: 'nodes differ',
} as const
type Fault = (typeof Fault)[keyof typeof Fault]

/** A claim that the servers contradict. */
export interface Finding {
  readonly fault: Fault
  readonly mark: string
  readonly text: string
}

/** How often each part of a write is there, by mark: `rows.get(mark)?.[part]`. */
export type Rows = ReadonlyMap<string, readonly number[]>

/** Compares what callers were told with the rows of one server. */
export function findingsOf(claims: Iterable<Claim>, rows: Rows): readonly Finding[] {
  const findings: Finding[] = []
  const asked = new Map<string, number>()
  for (const claim of claims) {
    asked.set(claim.mark, claim.parts.length)
    const found = rows.get(claim.mark) ?? []
    findings.push(...faultsOf(claim, found).map((fault) => ({ fault, mark: claim.mark, text: textOf(claim, found) })))
  }
  for (const [mark, found] of rows) {
    if (found.length <= (asked.get(mark) ?? 0)) continue
    findings.push({ fault: Fault.unasked, mark, text: `rows [${shown(found, found.length)}] of a write not made` })
  }
  return findings
}

/** Compares the rows of the nodes with each other: of an unknown outcome too they have to know the same. */
export function differencesOf(nodes: readonly Rows[]): readonly Finding[] {
  const marks = new Set(nodes.flatMap((rows) => [...rows.keys()]))
  return [...marks].flatMap((mark) => {
    const seen = nodes.map((rows) => `[${(rows.get(mark) ?? []).join(', ')}]`)
    return new Set(seen).size <= 1 ? [] : [{ fault: Fault.differ, mark, text: `rows ${seen.join(' and ')}` }]
  })
}

function faultsOf({ parts, whole }: Claim, found: readonly number[]): readonly Fault[] {
  const counts = parts.map((_, part) => found[part] ?? 0)
  const faults = new Set<Fault>()
  for (const [part, count] of counts.entries()) {
    const told = parts[part]?.told
    if (count > 1) faults.add(Fault.twice)
    if (told === Told.done && count === 0) faults.add(Fault.missing)
    if (told === Told.undone && count > 0) faults.add(Fault.thereAllTheSame)
  }
  if (whole && counts.includes(0) && counts.some((count) => count > 0)) faults.add(Fault.half)
  return [...faults]
}

function textOf({ way, parts }: Claim, found: readonly number[]): string {
  const told = [...new Set(parts.map((part) => (part.error ? `${part.told} (${part.error})` : part.told)))].join(', ')
  return `${way}: told ${told}, rows [${shown(found, parts.length)}]`
}

function shown(found: readonly number[], parts: number): string {
  return Array.from({ length: parts }, (_, part) => found[part] ?? 0).join(', ')
}
