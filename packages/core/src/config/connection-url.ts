import type { Checked, Problem } from './problem.js'
import { shownText } from './redact.js'
import { isBeyondText, readText, schemaAt } from './url-values.js'

/** The options of a URL. An option may be given as a whole or in parts (`ssl.ca`); `ssl=true` may stand beside its parts. */
type Options = Map<string, unknown>

/** A piece of the URL, and the option that it sets: a path of one or two names. */
interface Piece {
  readonly path: readonly [name: string, part?: string]
  /** The value as written in the URL, percent-encoded. */
  readonly written: string
}

const wrongEncoding = 'is not percent-encoded as it should be; write a % that stands for itself as %25'

/**
 * Reads `mysql://user:password@db1,db2:3307,[fd00::3]/database?option=value&health.probe=galera` into options. The standard URL
 * parser takes one host only, so this function splits the URL itself. Every part is percent-decoded. A message shows a part of
 * the URL only if this part is certain not to belong to the credentials.
 */
export function parseConnectionUrl(url: string): Checked<Readonly<Record<string, unknown>>> {
  const parts = /^([a-z][a-z\d+.-]*):\/\/([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?(#.*)?$/is.exec(url.trim())
  if (parts === null) {
    return refused("has no scheme; expected mysql://user:password@db1,db2/database, or an object { host: 'db1,db2' }")
  }
  const [, scheme = '', authority = '', path = '', query = '', fragment = ''] = parts
  if (!/^(?:mysql|mariadb)$/i.test(scheme))
    return refused(`starts with ${shownText(scheme)}; expected mysql or mariadb`)
  if (`${path}${query}${fragment}`.includes('@')) {
    // A password that contains /, ? or # looks like a host, a database or an option.
    return refused(
      'has an @ after its hosts; write / as %2F, ? as %3F, # as %23 and @ as %40 in a user, password or value',
    )
  }
  if (fragment !== '') return refused('ends in a #fragment; leave it out, or write # as %23')

  const problems: Problem[] = []
  const options: Options = new Map()
  const hosts = authority.slice(authority.lastIndexOf('@') + 1)
  if (hosts !== '')
    options.set(
      'host',
      hosts.split(',').map((host, index) => readHost(host, index, problems)),
    )
  for (const piece of [...accountPieces(authority), ...databasePieces(path), ...queryPieces(query)]) {
    const problem = addPiece(options, piece)
    if (problem !== undefined)
      problems.push({ path: piece.path.filter((name) => name !== undefined), message: problem })
  }
  const value = Object.fromEntries(
    [...options].map(([name, held]) => [name, held instanceof Map ? Object.fromEntries(held) : held]),
  )
  return { value, problems }
}

function refused(message: string): Checked<Readonly<Record<string, unknown>>> {
  return { value: {}, problems: [{ path: [], message: `the URL ${message}` }] }
}

function readHost(written: string, index: number, problems: Problem[]): string {
  const host = decoded(written)
  if (host !== undefined) return host
  problems.push({ path: ['host', index], message: wrongEncoding })
  // A placeholder, so that the other hosts are still checked.
  return `host-${index}.invalid`
}

function accountPieces(authority: string): Piece[] {
  const account = authority.slice(0, Math.max(authority.lastIndexOf('@'), 0))
  const colon = account.indexOf(':')
  const user = colon === -1 ? account : account.slice(0, colon)
  const pieces: Piece[] = user === '' ? [] : [{ path: ['user'], written: user }]
  return colon === -1 ? pieces : [...pieces, { path: ['password'], written: account.slice(colon + 1) }]
}

function databasePieces(path: string): Piece[] {
  return path === '' ? [] : [{ path: ['database'], written: path }]
}

function queryPieces(query: string): Piece[] {
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', ...value] = pair.replaceAll('+', ' ').split('=')
      const [whole = '', ...part] = (decoded(name) ?? name).split('.')
      // Only the first dot separates: the name of a connection attribute may contain dots.
      return { path: part.length === 0 ? [whole] : [whole, part.join('.')], written: value.join('=') }
    })
}

/** Adds a piece to the options. Returns the problem with the piece, or undefined. */
function addPiece(options: Options, { path, written }: Piece): string | undefined {
  const text = decoded(written)
  if (text === undefined) return wrongEncoding
  const [name, part] = path
  if (name === 'database' && text === written && text.includes('/')) return 'has more than one part; write a / as %2F'
  const schema = schemaAt(path.filter((step) => step !== undefined))
  if (schema !== undefined && isBeyondText(schema))
    return 'is a function, which a URL cannot hold; give createPool an object'
  const value = schema === undefined ? text : readText(text, schema)
  const held = options.get(name)
  if (part === undefined) {
    if (held instanceof Map && value === true) return undefined
    if (held !== undefined) return 'is given twice; keep one of them'
    options.set(name, value)
    return undefined
  }
  const parts = held === undefined || held === true ? new Map<string, unknown>() : held
  if (!(parts instanceof Map)) return 'is given in whole as well; keep one of them'
  if (parts.has(part)) return 'is given twice; keep one of them'
  options.set(name, parts.set(part, value))
  return undefined
}

/** Decodes a percent-encoded text; undefined where the encoding is wrong. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
