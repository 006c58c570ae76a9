// mysql2 defines this one with a getter, which named imports from CommonJS do not see.
import mysql2 from 'mysql2'

/** Whether mysql2 knows a charset or collation of this name. */
export function isCharset(name: string): boolean {
  return Object.hasOwn(mysql2.Charsets, name.toUpperCase())
}

/** A character set and the collation that a handshake asks for with it. */
export interface Collation {
  readonly charset: string
  readonly collation: string
}

/** The collation that mysql2 asks for when it is given this charset or collation, as SQL calls it. */
export function collationOf(name: string): Collation {
  const names: [string, number][] = Object.entries(mysql2.Charsets)
  const number = names.find(([known]) => known === name.toUpperCase())?.[1]
  // A charset stands for one of its collations, which has the same number and a longer name.
  const collation = names.find(([known, other]) => other === number && known.includes('_'))?.[0] ?? name
  const [charset = collation] = collation.split('_')
  return { charset: charset.toLowerCase(), collation: collation.toLowerCase() }
}
