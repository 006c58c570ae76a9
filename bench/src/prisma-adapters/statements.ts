import type { ArgType, SqlDriverAdapter, SqlQuery } from '@prisma/driver-adapter-utils'

// The statements that Prisma makes of the requests, as it hands them to an adapter.

const COLUMNS = ['id', 'name', 'note', 'price', 'weight', 'stock', 'active', 'created', 'digest', 'details']
const ARTICLE = `SELECT ${COLUMNS.map((name) => `\`bench_article\`.\`${name}\``).join(', ')} FROM \`bench_article\` WHERE `

const INT = argument('int', 'INT')
const BIGINT = argument('bigint')
const VARCHAR = argument('string', 'VARCHAR')
const DATETIME = argument('datetime', 'DATETIME')
const DECIMAL = argument('decimal', 'DECIMAL')
const LINE = [INT, DECIMAL, INT]

export function oneRow(id: number): SqlQuery {
  return {
    sql: `${ARTICLE}\`bench_article\`.\`id\` = ? LIMIT ? OFFSET ?`,
    args: [id, '1', '0'],
    argTypes: [INT, BIGINT, BIGINT],
  }
}

/** All rows, when there are no ids. */
export function rowsOf(ids: readonly number[]): SqlQuery {
  const where = ids.length === 0 ? '1=1' : `\`bench_article\`.\`id\` IN (${ids.map(() => '?').join(',')})`
  return { sql: `${ARTICLE}${where}`, args: [...ids], argTypes: ids.map(() => INT) }
}

export async function nestedCreate(adapter: SqlDriverAdapter, index: number): Promise<void> {
  const transaction = await adapter.startTransaction()
  const { lastInsertId } = await transaction.queryRaw({
    sql: 'INSERT INTO `bench_order` (`customer`,`placed`) VALUES (?,?)',
    args: [`customer ${index}`, new Date().toISOString()],
    argTypes: [VARCHAR, DATETIME],
  })
  const order = Number(lastInsertId)
  await transaction.queryRaw({
    sql: 'INSERT INTO `bench_line` (`article`,`price`,`orderId`) VALUES (?,?,?),(?,?,?),(?,?,?)',
    args: [1, 2, 3].flatMap((article) => [article, '9.99', order]),
    argTypes: [...LINE, ...LINE, ...LINE],
  })
  await transaction.queryRaw({
    sql: 'SELECT `id`, `customer`, `placed` FROM `bench_order` WHERE (`id` = ? AND 1=1) LIMIT ? OFFSET ?',
    args: [order, '1', '0'],
    argTypes: [INT, BIGINT, BIGINT],
  })
  await transaction.queryRaw({
    sql: 'SELECT `id`, `article`, `price`, `orderId` FROM `bench_line` WHERE `orderId` IN (?)',
    args: [order],
    argTypes: [INT],
  })
  await transaction.commit()
}

function argument(scalarType: ArgType['scalarType'], dbType?: string): ArgType {
  return { scalarType, arity: 'scalar', ...(dbType === undefined ? {} : { dbType }) }
}
