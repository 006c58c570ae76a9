import type { OptionTable } from './option.js'
import { poolTable } from './option-table/pool-options.js'
import { nestedTables } from './option-tables.js'

/**
 * The names of all options with the text of their default, as the README shows it; `none` for an option without a default.
 * Options within others are named `health.interval`, `ssl.ca` and `host[].weight`.
 */
export const optionDefaults: Readonly<Record<string, string>> = Object.freeze({
  ...defaultsOf(poolTable, ''),
  ...Object.assign(
    {},
    ...Object.entries(nestedTables).map(([name, table]) => defaultsOf(table, name === 'host' ? 'host[].' : `${name}.`)),
  ),
})

function defaultsOf(table: OptionTable, prefix: string): Record<string, string> {
  return Object.fromEntries(Object.entries(table).map(([name, row]) => [prefix + name, row.shownDefault ?? 'none']))
}
