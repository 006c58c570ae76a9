/** The methods of mysql2's command that the fast path calls or replaces, with the number of their parameters. */
const METHODS: ReadonlyMap<string, number> = new Map([
  ['start', 2],
  ['execute', 2],
  ['resultsetHeader', 2],
  ['readField', 2],
  ['fieldsEOF', 2],
  ['row', 2],
  ['doneInsert', 1],
])

/** The properties in which the same command keeps an answer while it reads the answer. */
const FIELDS = [
  '_fieldCount',
  '_resultIndex',
  '_fields',
  '_rows',
  '_currentRows',
  '_currentFields',
  '_rowParser',
  '_connection',
] as const

/** The parts of mysql2's connection that the fast path uses. */
const OF_CONNECTION = ['addCommand', 'writePacket', 'format', '_statements', 'packetParser', 'config'] as const

/**
 * Whether mysql2 is built as the fast path expects. With another release every statement may have to go mysql2's own way, which
 * is slower and always right.
 * @param command - a command that mysql2 itself has made
 */
export function isAsKnown(command: object, connection: object): boolean {
  return (
    Array.from(METHODS).every(([name, parameters]) => {
      const method: unknown = (command as Readonly<Record<string, unknown>>)[name]
      return typeof method === 'function' && method.length === parameters
    }) &&
    FIELDS.every((name) => Object.hasOwn(command, name)) &&
    OF_CONNECTION.every((name) => (connection as Readonly<Record<string, unknown>>)[name] !== undefined)
  )
}
