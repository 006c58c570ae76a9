/** Methods of mysql2's command for a statement that the fast path calls or replaces, with the number of their parameters. */
const METHODS: ReadonlyMap<string, number> = new Map([
  ['start', 2],
  ['execute', 2],
  ['resultsetHeader', 2],
  ['readField', 2],
  ['fieldsEOF', 2],
  ['row', 2],
  ['doneInsert', 1],
])

/** What the same command keeps of an answer while it is read. */
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

/** What the fast path uses of mysql2's connection. */
const OF_CONNECTION = ['addCommand', 'writePacket', 'format', '_statements', 'packetParser', 'config'] as const

/**
 * Whether mysql2 is built as the fast path knows it. Another release may not be: then every statement goes mysql2's own way, which
 * is slower and always right.
 * @param command - made by mysql2 itself
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
