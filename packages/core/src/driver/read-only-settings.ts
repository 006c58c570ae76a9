/**
 * Settings under which a server refuses writes; not every server has all of them. `super_read_only` is listed, and comes first,
 * so that a reason names it where it is on.
 */
export const READ_ONLY_NAMES = [
  'SUPER_READ_ONLY',
  'READ_ONLY',
  'INNODB_READ_ONLY',
  'TRANSACTION_READ_ONLY',
  'TX_READ_ONLY',
] as const

/**
 * A SHOW VARIABLES for these names, which every account may run. SHOW VARIABLES leaves out variables that the server does not
 * have; `SELECT @@wsrep_on` would be an error without Galera.
 */
export function showVariables(names: readonly string[], scope: 'GLOBAL' | 'SESSION' = 'GLOBAL'): string {
  const list = names.map((name) => `'${name.toLowerCase()}'`).join(', ')
  return `SHOW ${scope} VARIABLES WHERE Variable_name IN (${list})`
}
