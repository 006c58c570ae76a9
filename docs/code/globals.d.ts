// What blocks of code of the documents take for granted: the pool of the reader, and the names of the reader's own program.
import type { IncomingMessage } from 'node:http'

import type { EntitySchema } from '@mikro-orm/mysql'
import type { EventLogger, Pool } from '@mysql-hostpool/core'
import type { DataSource } from 'typeorm'

import type { PrismaClient } from './generated/client.js'

declare global {
  const pool: Pool
  const dataSource: DataSource
  const prisma: PrismaClient

  /** A logger as pino has it. */
  const logger: Record<'info' | 'warn' | 'error', (fields: object, text: string) => void>
  function pino(): EventLogger
  /** The application's own sessions. */
  const sessions: { of(request: IncomingMessage): Promise<{ readonly role: string } | undefined> }
  const id: number
  const amount: number
  const error: unknown
  const entities: EntitySchema[]

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
