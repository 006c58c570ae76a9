import { randomUUID } from 'node:crypto'
import { type Orders, productName, PRODUCTS, type Reviews } from '@mysql-hostpool/example-both'
import type { RequestKind } from './tally.js'

export interface Applications {
  readonly orders: Orders
  readonly reviews: Reviews
}

/** Something that a user of the shop does. */
export type Request =
  | { readonly kind: Extract<RequestKind, 'read'>; readonly name: string; readonly run: () => Promise<unknown> }
  | {
      readonly kind: Extract<RequestKind, 'write'>
      readonly name: string
      /** A key that is unique to this request and ends up in its rows. */
      readonly key: string
      /** How many rows it makes. */
      readonly rows: number
      readonly run: () => Promise<unknown>
    }

const WRITE_EVERY = 5

/** The request with this number: every fifth one writes, and the two applications take turns. */
export function nextRequest(applications: Applications, index: number): Request {
  const turn = Math.floor(index / WRITE_EVERY)
  const product = (index % PRODUCTS) + 1
  return index % WRITE_EVERY === 0
    ? nextWrite(applications, turn, product)
    : nextRead(applications, index + turn, product)
}

function nextWrite({ orders, reviews }: Applications, turn: number, product: number): Request {
  const key = randomUUID()
  switch (turn % 4) {
    case 0:
      return write('TypeORM: one row', key, 1, () => orders.putIntoCart(key, product))
    case 1:
      return write('Prisma: one row', key, 1, () => reviews.rate(key, product, 5))
    case 2:
      return write('TypeORM: transaction', key, 3, () => orders.placeOrder(key, [product, 1]))
    default:
      return write('Prisma: transaction', key, 3, () => reviews.write(key, product, 'like new', ['front', 'back']))
  }
}

function nextRead({ orders, reviews }: Applications, turn: number, product: number): Request {
  switch (turn % 4) {
    case 0:
      return read('TypeORM: product', async () => expectName(product, await orders.productName(product)))
    case 1:
      return read('Prisma: product', async () => expectName(product, await reviews.productName(product)))
    case 2:
      return read('TypeORM: latest orders', () => orders.latestOrders(5))
    default:
      return read('Prisma: latest reviews', () => reviews.latestReviews(5))
  }
}

function write(name: string, key: string, rows: number, run: () => Promise<unknown>): Request {
  return { kind: 'write', name, key, rows, run }
}

function read(name: string, run: () => Promise<unknown>): Request {
  return { kind: 'read', name, run }
}

/** A wrong answer is worse than none. */
function expectName(id: number, name: string): void {
  if (name !== productName(id)) throw new Error(`product ${id} was read as "${name}"`)
}
