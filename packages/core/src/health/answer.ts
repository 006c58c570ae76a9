import { type Answer, type Cell, UnexpectedAnswer } from '../driver/question.js'

/** Values by name in capitals, for servers do not agree on small and capital letters; null is SQL's NULL. */
export type Facts = ReadonlyMap<string, string | null>

/** An answer of two columns, names and values, as one set of facts. */
export function factsOf(answer: Answer | undefined): Facts {
  return new Map(answer?.rows.map(([name, value]) => [String(name).toUpperCase(), textOf(value)]))
}

/** A fact that every server of the kind states; without it nothing is known of the server. */
export function stated(facts: Facts, name: string): string {
  const value = facts.get(name)
  if (value === null || value === undefined) throw new UnexpectedAnswer(`rows without ${name}`)
  return value
}

/** Each row of an answer by the names of its columns. */
export function recordsOf(answer: Answer | undefined): readonly Facts[] {
  if (answer === undefined) return []
  const names = answer.columns.map((name) => name.toUpperCase())
  return answer.rows.map((row) => new Map(names.map((name, index) => [name, textOf(row[index])])))
}

/** Whether a switch is on. Some servers say `1`, some `ON`, and some have more ways than one to be on. */
export function isOn(value: string | null | undefined): boolean {
  return typeof value === 'string' && value !== '0' && value.toUpperCase() !== 'OFF'
}

function textOf(cell: Cell): string | null {
  return cell === null || cell === undefined ? null : String(cell)
}
