import { Charsets } from 'mysql2'

/** Whether mysql2 knows a charset or collation of this name. */
export function isCharset(name: string): boolean {
  return Object.hasOwn(Charsets, name.toUpperCase())
}
