import type { PrismaClient } from '../generated/client.js'
import { ARTICLES } from './tables.js'

/** One kind of request, sent by so many callers at once. */
export interface Load {
  readonly case: string
  readonly callers: number
  readonly request: (client: PrismaClient, index: number) => Promise<unknown>
}

const LINES = [1, 2, 3].map((article) => ({ article, price: '9.9900' }))

// Prisma joins the `findUnique`s of one turn of the event loop into one query, which callers in step with each other get the
// best of; `findFirst` is sent by itself.
export const LOADS: readonly Load[] = [
  {
    case: 'findUnique, 16 callers',
    callers: 16,
    request: (client, index) => client.article.findUnique({ where: { id: 1 + (index % ARTICLES) } }),
  },
  {
    case: 'findFirst, 16 callers',
    callers: 16,
    request: (client, index) => client.article.findFirst({ where: { id: 1 + (index % ARTICLES) } }),
  },
  {
    case: 'findMany of 1,000 rows, 4 callers',
    callers: 4,
    request: (client) => client.article.findMany(),
  },
  {
    case: 'nested create, 16 callers',
    callers: 16,
    request: (client, index) =>
      client.order.create({
        data: { customer: `customer ${index}`, placed: new Date(), lines: { create: LINES } },
        include: { lines: true },
      }),
  },
]
