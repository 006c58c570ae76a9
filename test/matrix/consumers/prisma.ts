import { createPool } from '@mysql-hostpool/core'
import { originalError, PrismaHostpool, retryTransactions } from '@mysql-hostpool/prisma'

export const adapter = new PrismaHostpool(createPool({ host: 'db1,db2' }))
export const owner = new PrismaHostpool('mysql://app:secret@db1,db2/shop')
export const extension = retryTransactions()

export function behind(error: Error): string {
  return String(originalError(error))
}
