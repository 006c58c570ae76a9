// What blocks of code of the documents take for granted: the pool of the reader, and the names of the reader's own program.

declare global {
  const pool: import('@mysql-hostpool/core').Pool
  const dataSource: import('typeorm').DataSource
  const prisma: import('./generated/client.js').PrismaClient

  /** A logger as pino has it. */
  const logger: Record<'info' | 'warn' | 'error', (fields: object, text: string) => void>
  const id: number
  const amount: number
  const error: unknown
  const entities: import('@mikro-orm/mysql').EntitySchema[]

  /** Entities of TypeORM. */
  class Account {
    id: number
    balance: number
  }
  class Order {
    id: number
  }
  class Customer {
    id: number
  }

  /** The tables of Kysely. */
  interface Database {
    product: { id: number; name: string; price: number }
  }
}

export {}
