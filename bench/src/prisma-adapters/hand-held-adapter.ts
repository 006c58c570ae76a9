import {
  type ColumnType,
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlDriverAdapterFactory,
  type SqlQuery,
  type SqlQueryable,
  type SqlResultSet,
} from '@prisma/driver-adapter-utils'
// Some of mysql2's exports are getters, which named imports from CommonJS do not see.
import mysql2, { type Connection, type FieldPacket, type QueryError, type ResultSetHeader } from 'mysql2'
import type { HostAccess } from '../servers/host-access.js'

// Read once, for mysql2 requires a module whenever it is asked for one of these.
const { TypedParameter, Types } = mysql2
const BINARY = 63
const IDENTITY = { provider: 'mysql', adapterName: 'mysql2 by hand' } as const
/** Everything as the server sends it. */
const AS_SENT = {
  rowsAsArray: true,
  supportBigNumbers: true,
  bigNumberStrings: true,
  dateStrings: true,
  jsonStrings: true,
}

/**
 * Connections of mysql2 without a pool, and of the work of an adapter only what the measured statements cannot do without: what
 * an adapter that sends them with mysql2's `execute` can reach.
 */
export function handHeld(access: HostAccess, connections: number): SqlDriverAdapterFactory {
  return {
    ...IDENTITY,
    connect: async () => {
      const open = Array.from({ length: connections }, () => mysql2.createConnection({ ...access, ...AS_SENT }))
      await Promise.all(open.map((connection) => connection.promise().connect()))
      return adapterOf(open)
    },
  }
}

function adapterOf(open: readonly Connection[]): SqlDriverAdapter {
  const free = [...open]
  const waiting: ((connection: Connection) => void)[] = []
  const take = (): Promise<Connection> => {
    const connection = free.pop()
    if (connection !== undefined) return Promise.resolve(connection)
    return new Promise((resolve) => {
      waiting.push(resolve)
    })
  }
  const give = (connection: Connection): void => {
    const next = waiting.shift()
    if (next === undefined) free.push(connection)
    else next(connection)
  }
  const once = async <T>(work: (connection: Connection) => Promise<T>): Promise<T> => {
    const connection = await take()
    try {
      return await work(connection)
    } finally {
      give(connection)
    }
  }
  return {
    ...IDENTITY,
    queryRaw: (query) => once((connection) => run(connection, query)),
    executeRaw: (query) => once((connection) => affected(connection, query)),
    executeScript: () => Promise.reject(new Error('No load has scripts')),
    startTransaction: async () => {
      const connection = await take()
      await connection.promise().query('START TRANSACTION')
      const end = async (sql: string): Promise<void> => {
        await connection.promise().query(sql)
        give(connection)
      }
      return {
        ...IDENTITY,
        options: { usePhantomQuery: true },
        ...onConnection(connection),
        commit: () => end('COMMIT'),
        rollback: () => end('ROLLBACK'),
      }
    },
    getConnectionInfo: () => ({ supportsRelationJoins: false }),
    dispose: async () => {
      await Promise.all(open.map((connection) => connection.promise().end()))
    },
  }
}

function onConnection(connection: Connection): Pick<SqlQueryable, 'queryRaw' | 'executeRaw'> {
  return { queryRaw: (query) => run(connection, query), executeRaw: (query) => affected(connection, query) }
}

async function affected(connection: Connection, query: SqlQuery): Promise<number> {
  const { result } = await send(connection, query)
  return (result as ResultSetHeader).affectedRows
}

async function run(connection: Connection, query: SqlQuery): Promise<SqlResultSet> {
  const { result, fields } = await send(connection, query)
  if (fields === undefined) {
    const lastInsertId = String((result as ResultSetHeader).insertId)
    return { columnNames: [], columnTypes: [], rows: [], lastInsertId }
  }
  const rows = result as unknown[][]
  for (const [index, { columnType }] of fields.entries()) {
    if (columnType === Types.DATETIME) for (const row of rows) row[index] = asPrisma(row[index])
  }
  return { columnNames: fields.map(({ name }) => name), columnTypes: fields.map(typeOf), rows }
}

interface Answer {
  readonly result: unknown
  readonly fields: FieldPacket[] | undefined
}

function send(connection: Connection, { sql, args, argTypes }: SqlQuery): Promise<Answer> {
  const values = args.map((value, index) => asSent(value, argTypes[index]?.scalarType))
  return new Promise((resolve, reject) => {
    connection.execute(sql, values, (error: QueryError | null, result: unknown, fields?: FieldPacket[]) => {
      if (error === null) resolve({ result, fields })
      else reject(error)
    })
  })
}

function asSent(value: unknown, scalarType: string | undefined): never {
  if (scalarType === 'int') return TypedParameter.LONG(value as number) as never
  if (scalarType === 'bigint') return TypedParameter.LONGLONG(value as string) as never
  if (scalarType === 'datetime')
    return new Date(value as string | Date).toISOString().slice(0, 23).replace('T', ' ') as never
  return value as never
}

function asPrisma(value: unknown): unknown {
  return typeof value === 'string' ? `${value.replace(' ', 'T')}+00:00` : value
}

function typeOf({ columnType, characterSet, ...more }: FieldPacket): ColumnType {
  switch (columnType) {
    case Types.LONG:
    case Types.TINY:
      return ColumnTypeEnum.Int32
    case Types.LONGLONG:
      return ColumnTypeEnum.Int64
    case Types.NEWDECIMAL:
      return ColumnTypeEnum.Numeric
    case Types.DOUBLE:
      return ColumnTypeEnum.Double
    case Types.DATETIME:
      return ColumnTypeEnum.DateTime
    case Types.JSON:
      return ColumnTypeEnum.Json
    default:
      if ('extendedFormat' in more && more.extendedFormat === 'json') return ColumnTypeEnum.Json
      return characterSet === BINARY ? ColumnTypeEnum.Bytes : ColumnTypeEnum.Text
  }
}
