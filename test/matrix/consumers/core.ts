import { createPool, HostState, isHostpoolError, isRetryable, logEvents, withRetry } from '@mysql-hostpool/core'
import type {
  Lease,
  Pool,
  PoolOptions,
  PoolStatus,
  ResultSetHeader,
  Row,
  Selector,
  Transaction,
} from '@mysql-hostpool/core'

const options: PoolOptions = {
  host: ['db1', { host: 'db2', port: 3307, weight: 2 }],
  user: 'app',
  password: () => Promise.resolve('secret'),
  database: 'shop',
  ssl: { ca: 'a certificate' },
  connectionLimit: 10,
  health: { interval: 1000 },
  sessionVariables: { time_zone: '+00:00' },
}

export const pool: Pool = createPool(options)

export async function work(): Promise<readonly string[]> {
  const [rows] = await pool.query('SELECT name FROM product WHERE price < ?', [10])
  const names: string[] = rows.map((row: Row) => String(row['name']))
  const [{ insertId }] = await pool.execute<ResultSetHeader>('INSERT INTO product (name) VALUES (?)', ['tea'])
  await pool.transaction((transaction: Transaction) =>
    transaction.query('DELETE FROM product WHERE id = ?', [insertId]),
  )
  await pool.withConnection((lease: Lease) => lease.query({ sql: 'SELECT 1', signal: AbortSignal.timeout(1000) }))
  await withRetry(() => pool.query('SELECT 1'), { retry: true })
  return names
}

export function watch(logger: {
  info(text: string): void
  warn(text: string): void
  error(text: string): void
}): PoolStatus {
  logEvents(pool, { ...logger, debug: (text) => logger.info(text) })
  pool.on('hostDown', (event) => logger.warn(event.host))
  const status = pool.status()
  const up = status.hosts.filter(({ state }) => state === HostState.up)
  logger.info(String(up.length))
  return status
}

export function tell(error: Error): string {
  if (isHostpoolError(error)) return error.code
  return isRetryable(error) ? 'again' : error.message
}

export const first: Selector = ({ hosts }) => hosts[0]
