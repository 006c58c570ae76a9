/** Settings under which a server refuses writes. Not every server has each; `super_read_only` is in the list for its name. */
export const READ_ONLY_NAMES = [
  'SUPER_READ_ONLY',
  'READ_ONLY',
  'INNODB_READ_ONLY',
  'TRANSACTION_READ_ONLY',
  'TX_READ_ONLY',
] as const

/** SHOW VARIABLES names only what a server has, where `@@wsrep_on` would be an error without Galera. Every account may ask it. */
export function showVariables(names: readonly string[], scope: 'GLOBAL' | 'SESSION' = 'GLOBAL'): string {
  const list = names.map((name) => `'${name.toLowerCase()}'`).join(', ')
  return `SHOW ${scope} VARIABLES WHERE Variable_name IN (${list})`
}
