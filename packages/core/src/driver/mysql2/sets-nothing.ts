const DATA = /^(?:select|insert|update|delete|replace)\b/i

/**
 * Whether a text certainly is one statement that sets no variable and no schema of its session: one test at the beginning in place
 * of several, for nearly all statements are of this kind. A routine or a trigger gives back what it sets.
 */
export function setsNothing(sql: string): boolean {
  return DATA.test(sql) && !sql.includes(';')
}
