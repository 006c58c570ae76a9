import { type Facts, isOn } from './answer.js'
import { READ_ONLY_NAMES } from '../driver/read-only-settings.js'
import type { ServerFacts } from './server-facts.js'

/** The setting that makes the server read-only, as a reason in words; undefined when no such setting is on. */
export function readOnlyReason(facts: Facts): string | undefined {
  const name = READ_ONLY_NAMES.find((each) => isOn(facts.get(each)))
  return name === undefined ? undefined : `${name.toLowerCase()} is on`
}

/** A query for the names and values of the server's read-only settings. Every server has `read_only`. */
export function readOnlyRows({ variables }: ServerFacts): string {
  const others = READ_ONLY_NAMES.filter((name) => name !== 'READ_ONLY' && variables.has(name))
  return [
    `SELECT 'READ_ONLY' AS name, @@global.read_only AS value`,
    ...others.map((name) => `SELECT '${name}', @@global.${name.toLowerCase()}`),
  ].join('\nUNION ALL ')
}
