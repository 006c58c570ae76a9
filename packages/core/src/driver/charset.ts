// mysql2 defines this one with a getter, which named imports from CommonJS do not see.
import mysql2 from 'mysql2'

/** Whether mysql2 knows a charset or collation of this name. */
export function isCharset(name: string): boolean {
  return Object.hasOwn(mysql2.Charsets, name.toUpperCase())
}
