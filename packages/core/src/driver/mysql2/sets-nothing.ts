const DATA = /^(?:select|insert|update|delete|replace)\b/i

/**
 * Whether a text is certainly one statement that sets no variable and no schema of its session. Nearly all statements are of
 * this kind, so this one test saves several others. A routine or a trigger restores what it sets.
 */
export function setsNothing(sql: string): boolean {
  return DATA.test(sql) && !sql.includes(';')
}
