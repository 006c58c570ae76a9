export { PrismaHostpool } from './prisma-hostpool.js'
export type { RetryTransactionsOptions, TransactionRetry } from './retry/retry-options.js'
export { retryTransactions } from './retry/retry-transactions.js'
export type { ClientExtension, ExtensibleClient } from './retry/retry-transactions.js'
