import { type Facts, isOn } from './answer.js'
import { READ_ONLY_NAMES } from '../driver/read-only-settings.js'
import type { ServerFacts } from './server-facts.js'

/** The setting under which the server refuses writes now, in words; undefined when none is on. */
export function readOnlyReason(facts: Facts): string | undefined {
  const name = READ_ONLY_NAMES.find((each) => isOn(facts.get(each)))
  return name === undefined ? undefined : `${name.toLowerCase()} is on`
}

/** Rows of names and values of the settings that the server has; `read_only` every server has. */
export function readOnlyRows({ variables }: ServerFacts): string {
  const others = READ_ONLY_NAMES.filter((name) => name !== 'READ_ONLY' && variables.has(name))
  return [
    `SELECT 'READ_ONLY' AS name, @@global.read_only AS value`,
    ...others.map((name) => `SELECT '${name}', @@global.${name.toLowerCase()}`),
  ].join('\nUNION ALL ')
}
