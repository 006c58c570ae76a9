import type { StatementOptions } from './statement.js'

/** mysql2's options of a single statement, besides its text and its values. */
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

/** All options of a statement. */
export const statementOptionNames: readonly (keyof StatementOptions)[] = Object.freeze([
  'sql',
  'values',
  ...mysql2OptionNames,
  'decoding',
  'access',
  'signal',
])
