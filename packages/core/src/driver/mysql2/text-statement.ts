import type { StatementOptions, StatementValues } from '../../sql/statement.js'
import { TypedParameter } from './typed-parameter.js'

/** mysql2's class of parameters with a type; it is not exported itself. */
const TypedClass: unknown = TypedParameter.DOUBLE(0).constructor

interface Typed {
  readonly value: unknown
}

/**
 * Writes the values of a prepared statement into its text, with the meaning that they have as parameters: a typed parameter
 * becomes a literal of its type, and an object becomes the JSON that mysql2 sends for it. A value that mysql2 refuses as a
 * parameter is refused here.
 * @param named - whether values may be given by names
 * @throws TypeError
 */
export function textStatement(statement: StatementOptions, named: boolean): StatementOptions {
  const { values } = statement
  if (values === undefined) return statement
  if (!named && !Array.isArray(values)) {
    throw new TypeError('Bind parameters must be an array if namedPlaceholders is not enabled')
  }
  return { ...statement, values: literals(values) }
}

function literals(values: StatementValues): StatementValues {
  if (Array.isArray(values)) return values.map(literalOf)
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, literalOf(value)]))
}

function literalOf(value: unknown): unknown {
  if (value === undefined || typeof value === 'function') {
    throw new TypeError(`Bind parameters must not contain ${typeof value}; for NULL give null`)
  }
  if (typeof value !== 'object' || value === null || value instanceof Date || Buffer.isBuffer(value)) return value
  if (value.constructor === TypedClass) return typedLiteral((value as Typed).value)
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.length)
  return JSON.stringify(value)
}

/** Writes numbers as they are, also numbers that are strings because a JavaScript number cannot hold them. */
function typedLiteral(value: unknown): unknown {
  return typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value) ? { toSqlString: () => value } : value
}
