import type { StatementOptions } from './statement.js'

/** What mysql2 takes with a single statement, besides its text and its values. */
export const mysql2OptionNames = [
  'timeout',
  'rowsAsArray',
  'nestTables',
  'typeCast',
  'namedPlaceholders',
  'supportBigNumbers',
  'bigNumberStrings',
  'dateStrings',
  'timezone',
] as const satisfies readonly (keyof StatementOptions)[]

/** All that a statement may come with. */
export const statementOptionNames: readonly (keyof StatementOptions)[] = Object.freeze([
  'sql',
  'values',
  ...mysql2OptionNames,
  'decoding',
  'access',
  'signal',
])
