import type { SqlDriverAdapter } from '@prisma/driver-adapter-utils'
import type { PrismaClient } from '../generated/client.js'
import { inOwnTurn } from '../load/own-turn.js'
import { nestedCreate, oneRow, rowsOf } from './statements.js'

export const CONNECTIONS = 10
/** Rows of the table that is read. */
export const ARTICLES = 1_000

/** One kind of request, sent by so many callers at once. */
export interface Load<Target> {
  readonly case: string
  readonly callers: number
  /** Requests before it is measured: as many of each adapter, so that the memory they take can be compared. */
  readonly warmUp: number
  readonly request: (target: Target, index: number) => Promise<unknown>
}

const LINES = [1, 2, 3].map((article) => ({ article, price: '9.9900' }))
/** As many as Prisma asks for together when sixteen callers are in step. */
const TOGETHER = 16

const byKey = (client: PrismaClient, index: number): Promise<unknown> =>
  client.article.findUnique({ where: { id: 1 + (index % ARTICLES) } })

// Prisma joins the `findUnique`s of one turn of the event loop into one query. Behind a server of HTTP or of messages each
// request has a turn of its own, and nothing is joined. Callers in step are those of a loop: they begin together and are
// answered together, so that what is measured is Prisma itself and one statement at a time.
const CLIENT_LOADS: readonly Load<PrismaClient>[] = [
  {
    case: 'findUnique, 16 callers',
    callers: 16,
    warmUp: 6_000,
    request: (client, index) => inOwnTurn(() => byKey(client, index)),
  },
  {
    case: 'findUnique, 16 callers in step',
    callers: 16,
    warmUp: 12_000,
    request: byKey,
  },
  {
    case: 'findFirst, 16 callers',
    callers: 16,
    warmUp: 4_000,
    request: (client, index) => client.article.findFirst({ where: { id: 1 + (index % ARTICLES) } }),
  },
  {
    case: 'findMany of 1,000 rows, 4 callers',
    callers: 4,
    warmUp: 60,
    request: (client) => client.article.findMany(),
  },
  {
    case: 'nested create, 16 callers',
    callers: 16,
    warmUp: 1_000,
    request: (client, index) =>
      client.order.create({
        data: { customer: `customer ${index}`, placed: new Date(), lines: { create: LINES } },
        include: { lines: true },
      }),
  },
]

/** Prisma's client has a benchmark of its own. */
export function clientLoads(quick: boolean): typeof CLIENT_LOADS {
  return quick ? [] : CLIENT_LOADS
}

/** The same statements without Prisma's client, whose own work is most of a request's otherwise. */
const ADAPTER_LOADS: readonly Load<SqlDriverAdapter>[] = [
  {
    case: 'adapter alone: one row, 16 callers',
    callers: 16,
    warmUp: 4_000,
    request: (adapter, index) => adapter.queryRaw(oneRow(1 + (index % ARTICLES))),
  },
  {
    case: 'adapter alone: 16 rows, 1 caller',
    callers: 1,
    warmUp: 1_000,
    request: (adapter, index) =>
      adapter.queryRaw(rowsOf(Array.from({ length: TOGETHER }, (_, more) => 1 + ((index + more) % ARTICLES)))),
  },
  {
    case: 'adapter alone: 1,000 rows, 4 callers',
    callers: 4,
    warmUp: 100,
    request: (adapter) => adapter.queryRaw(rowsOf([])),
  },
  {
    case: 'adapter alone: nested create, 16 callers',
    callers: 16,
    warmUp: 1_000,
    request: nestedCreate,
  },
]

export function adapterLoads(quick: boolean): typeof ADAPTER_LOADS {
  return quick ? ADAPTER_LOADS.slice(0, 1) : ADAPTER_LOADS
}
