import type { Lease } from '../../lease/lease.js'
import type { Transaction } from '../../lease/transaction.js'
import type { VirtualClock } from '../virtual-clock.js'
import type { Books } from './books.js'
import type { Borrowing } from './borrowing.js'
import { type Owner, ownedDecoding, POOL_DECODING, soleOwner, zoneOf } from './decodings.js'
import { STRANGER } from './session-work.js'
import type { Operation, Plan } from './operation.js'
import { type Desk, Putter } from './putter.js'
import type { Borrowable } from './trial.js'

interface Held {
  readonly borrowing: Borrowing
  readonly lease: Lease
  readonly decoding: string
}

type Doing<Name extends Operation['do']> = Extract<Operation, { do: Name }>

/** All borrowers of a pool. */
export class Borrowers {
  readonly #pool: Borrowable
  readonly #books: Books
  readonly #putter: Putter
  readonly #held: Held[] = []
  readonly #released: Held[] = []
  readonly #waiting: { readonly abort: AbortController }[] = []
  #callbacks = 0

  constructor(pool: Borrowable, books: Books, clock: VirtualClock) {
    this.#pool = pool
    this.#books = books
    this.#putter = new Putter(books, clock)
  }

  /** Whether no borrower holds a connection, waits for one, or has a call under way. */
  get idle(): boolean {
    return this.#held.length + this.#waiting.length + this.#callbacks + this.#books.unsettled === 0
  }

  /** The calls that have not ended, in words. */
  get left(): string {
    return `${this.#held.length} held, ${this.#waiting.length} waiting, ${this.#callbacks} callbacks, ${this.#books.unsettled} statements`
  }

  /** Runs a single statement on the pool. */
  run({ putting }: Pick<Doing<'run'>, 'putting'>): Promise<unknown> {
    const borrowing = this.#books.borrow('single')
    const pool: Desk = {
      query: (...given) => this.#pool.query(...given),
      execute: (...given) => this.#pool.execute(...given),
    }
    const promise = this.#putter.put(borrowing, pool, putting, POOL_DECODING)
    this.#books.over(borrowing)
    return promise
  }

  borrow({ access, within, decoding, signal }: Doing<'borrow'>): Promise<unknown> {
    const waiting = { abort: new AbortController() }
    this.#waiting.push(waiting)
    const borrowing = this.#books.borrow('lease')
    const zone = zoneOf(decoding)
    const borrowed = this.#pool.getConnection({
      access,
      acquireTimeout: within,
      decoding: ownedDecoding(zone, soleOwner(borrowing)),
      ...(signal ? { signal: waiting.abort.signal } : {}),
    })
    return borrowed
      .then(
        (lease) => {
          borrowing.claim = lease
          this.#held.push({ borrowing, lease, decoding: zone })
        },
        () => this.#books.over(borrowing),
      )
      .finally(() => this.#waiting.splice(this.#waiting.indexOf(waiting), 1))
  }

  abort(which: number): void {
    pick(this.#waiting, which)?.abort.abort(new Error('no more time'))
  }

  put({ which, putting }: Doing<'put'>): Promise<unknown> | undefined {
    const held = pick(this.#held, which)
    return held && this.#putter.put(held.borrowing, held.lease, putting, held.decoding)
  }

  ping(which: number): void {
    pick(this.#held, which)
      ?.lease.ping()
      .catch(() => undefined)
  }

  changeUser({ which, to, database }: Doing<'change user'>): void {
    const held = pick(this.#held, which)
    if (held === undefined) return
    const change = { user: to === 'guest' ? 'guest' : STRANGER, ...(database ? { database: 'other' } : {}) }
    const said = this.#books.sayChange(held.borrowing, change)
    held.lease.changeUser(change).then(
      () => this.#books.settle(said, { is: 'done', result: undefined }),
      (error: unknown) => this.#books.settle(said, { is: 'failed', error }),
    )
  }

  giveBack(which: number, how: 'release' | 'destroy'): void {
    const held = pick(this.#held, which)
    if (held === undefined) return
    this.#held.splice(this.#held.indexOf(held), 1)
    this.#released.push(held)
    // Noted before the call, which may hand the connection to the next borrower at once.
    this.#books.over(held.borrowing)
    held.lease[how]()
  }

  giveBackAll(): void {
    while (this.#held.length > 0) this.giveBack(0, 'release')
  }

  useAfterRelease({ which, how }: Doing<'use after release'>): void {
    const held = pick(this.#released, which)
    if (held === undefined) return
    const { lease } = held
    const refused = (promise: Promise<unknown>): void => {
      promise.then(
        () => this.#books.broken('what was given back is not used', how),
        () => undefined,
      )
    }
    switch (how) {
      case 'release':
      case 'destroy':
        lease[how]()
        break
      case 'query':
        refused(lease.query('SELECT 1 /* after the release */'))
        break
      case 'commit':
        refused(lease.commit())
        break
      case 'ping':
        refused(lease.ping())
        break
      case 'change user':
        refused(lease.changeUser({ user: 'guest' }))
        break
      case 'stream':
        lease.stream('SELECT 1 /* after the release */').on('error', () => undefined)
        break
      default:
        how satisfies never
    }
  }

  transact({ plan, retry, fates, isolation, readOnly }: Doing<'transact'>): Promise<unknown> {
    const books = this.#books
    let current = books.borrow('attempt')
    let runs = 0
    current.commitFates = fates
    this.#callbacks += 1
    const owner: Owner = {
      get current() {
        return current
      },
      again: () => {
        current.ending = 'again'
        books.over(current)
        current = books.borrow('attempt')
      },
    }
    const work = async (transaction: Transaction): Promise<void> => {
      const mine = current
      mine.entered = true
      runs += 1
      mine.claim = 'threadId' in transaction ? (transaction as Transaction & Lease) : undefined
      try {
        await this.#putter.follow(mine, inCallback(transaction), runs === 1 ? plan : withoutFates(plan), POOL_DECODING)
      } finally {
        mine.claim = undefined
      }
    }
    const decoding = ownedDecoding(POOL_DECODING, owner)
    const options = { retry, readOnly, decoding, ...(isolation === undefined ? {} : { isolationLevel: isolation }) }
    return this.#pool
      .transaction(work, options)
      .then(
        (result) => ({ is: 'done', result }) as const,
        (error: unknown) => ({ is: 'failed', error }) as const,
      )
      .then((outcome) => {
        current.ending = outcome
        books.over(current)
        this.#callbacks -= 1
      })
  }

  with(plan: Plan): Promise<unknown> {
    const borrowing = this.#books.borrow('lease')
    this.#callbacks += 1
    return this.#pool
      .withConnection(
        async (lease) => {
          borrowing.claim = lease
          try {
            await this.#putter.follow(borrowing, lease, plan, POOL_DECODING)
          } finally {
            borrowing.claim = undefined
          }
        },
        { decoding: ownedDecoding(POOL_DECODING, soleOwner(borrowing)) },
      )
      .catch(() => undefined)
      .finally(() => {
        this.#callbacks -= 1
        this.#books.over(borrowing)
      })
  }

  /** The id of the connection of a lease. */
  threadIdOf(which: number): number | undefined {
    return pick(this.#held, which)?.lease.threadId
  }
}

/** The argument of a transaction's callback, without methods to begin or end the transaction. */
function inCallback(transaction: Transaction): Desk {
  return {
    query: (...given) => transaction.query(...given),
    execute: (...given) => transaction.execute(...given),
    stream: (...given) => transaction.stream(...given),
  }
}

function withoutFates(plan: Plan): Plan {
  const without = (putting: Plan['puttings'][number]): Plan['puttings'][number] => {
    const { fates, ...rest } = putting
    return fates === undefined ? putting : rest
  }
  return { ...plan, puttings: plan.puttings.map(without) }
}

function pick<T>(items: readonly T[], which: number): T | undefined {
  return items[which % Math.max(1, items.length)]
}
