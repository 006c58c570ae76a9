import { type Answer, type Cell, UnexpectedAnswer } from '../driver/question.js'

/** Values by name in capital letters, because servers differ in the case of names; null is SQL's NULL. */
export type Facts = ReadonlyMap<string, string | null>

/** The facts of an answer with two columns: names and values. */
export function factsOf(answer: Answer | undefined): Facts {
  return new Map(answer?.rows.map(([name, value]) => [String(name).toUpperCase(), textOf(value)]))
}

/** A fact that every server of a kind states. @throws UnexpectedAnswer without the fact */
export function stated(facts: Facts, name: string): string {
  const value = facts.get(name)
  if (value === null || value === undefined) throw new UnexpectedAnswer(`rows without ${name}`)
  return value
}

/** The rows of an answer, each as facts by column name. */
export function recordsOf(answer: Answer | undefined): readonly Facts[] {
  if (answer === undefined) return []
  const names = answer.columns.map((name) => name.toUpperCase())
  return answer.rows.map((row) => new Map(names.map((name, index) => [name, textOf(row[index])])))
}

/** Whether a setting is on. Some servers say `1`, some `ON`, and some settings have several values that mean on. */
export function isOn(value: string | null | undefined): boolean {
  return typeof value === 'string' && value !== '0' && value.toUpperCase() !== 'OFF'
}

function textOf(cell: Cell): string | null {
  return cell === null || cell === undefined ? null : String(cell)
}
