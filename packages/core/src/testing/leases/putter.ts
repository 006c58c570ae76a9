import type { Readable } from 'node:stream'

import type { Lease } from '../../lease/lease.js'
import type { Queryable } from '../../sql/queryable.js'
import type { StatementOptions } from '../../sql/statement.js'
import type { VirtualClock } from '../virtual-clock.js'
import type { Books } from './books.js'
import type { Borrowing, Outcome, Said } from './borrowing.js'
import { ownedDecoding, soleOwner, zoneOf } from './decodings.js'
import type { Plan, Putting, Reading } from './operation.js'
import { OWN_ERROR } from './judge.js'

/** An object that runs statements: a pool, a lease, or the argument of a transaction's callback. */
export type Desk = Queryable &
  Partial<Pick<Lease, 'stream' | 'beginTransaction' | 'commit' | 'rollback'>> & {
    /** Whether each statement may have a decoding of its own. */
    readonly decodesEach?: boolean
  }

/** The number of rows after which a stream that is read in part is destroyed. */
const SOME = 3

/** Puts statements on an object that runs them, and notes the answer to each. */
export class Putter {
  readonly #books: Books
  readonly #clock: VirtualClock

  constructor(books: Books, clock: VirtualClock) {
    this.#books = books
    this.#clock = clock
  }

  /**
   * Puts one statement. The promise settles as that of the statement, and may be left alone.
   * @param decoding - the decoding of the borrower
   */
  put(borrowing: Borrowing, desk: Desk, given: Putting, decoding: string): Promise<unknown> {
    const putting = possible(desk, given)
    const said = this.#books.say(borrowing, putting, zoneOf(putting.decoding, decoding))
    const promise = this.#start(said, desk, putting)
    promise.catch(() => undefined)
    return promise
  }

  /** Does the work of a callback. */
  async follow(borrowing: Borrowing, desk: Desk, plan: Plan, decoding: string): Promise<void> {
    const under: Promise<unknown>[] = []
    for (const putting of plan.puttings) {
      const promise = this.put(borrowing, desk, putting, decoding)
      const heard = plan.catches ? promise.catch(() => undefined) : promise
      if (plan.pace === 'one by one') await heard
      else under.push(heard)
    }
    if (plan.pace === 'at once') await Promise.all(under)
    if (plan.throws) throw Object.assign(new Error('The callback has changed its mind'), { code: OWN_ERROR })
  }

  #start(said: Said, desk: Desk, putting: Putting): Promise<unknown> {
    const { by, isolation, reading } = putting
    switch (by) {
      case 'query':
        return this.#heard(said, desk.query(optionsOf(said, putting)))
      case 'execute':
        return this.#heard(said, desk.execute(optionsOf(said, putting)))
      case 'stream':
        return this.#stream(said, desk.stream?.(optionsOf(said, putting)), reading ?? 'all')
      case 'api':
        return this.#heard(said, this.#border(desk, putting, isolation))
      default:
        return by satisfies never
    }
  }

  async #border(desk: Desk, { statement }: Putting, isolation: Putting['isolation']): Promise<readonly [undefined]> {
    if (statement.say === 'start')
      await desk.beginTransaction?.(isolation === undefined ? {} : { isolationLevel: isolation })
    else if (statement.say === 'commit') await desk.commit?.()
    else await desk.rollback?.()
    return [undefined]
  }

  #heard(said: Said, promise: Promise<readonly [unknown, ...unknown[]]>): Promise<unknown> {
    const settle = (outcome: Outcome): void => this.#books.settle(said, outcome)
    return promise.then(
      ([result]) => settle({ is: 'done', result }),
      (error: unknown) => {
        settle({ is: 'failed', error })
        throw error
      },
    )
  }

  #stream(said: Said, stream: Readable | undefined, reading: Reading): Promise<unknown> {
    if (stream === undefined) throw new Error('There is no stream here')
    const rows: unknown[] = []
    let settled = false
    const settle = (outcome: Outcome): void => {
      if (settled) return
      settled = true
      this.#books.settle(said, outcome)
    }
    return new Promise((resolve, reject) => {
      stream.on('error', (error) => {
        settle({ is: 'failed', error })
        reject(error)
      })
      stream.once('end', () => {
        settle({ is: 'done', result: rows })
        resolve(undefined)
      })
      stream.once('close', () => {
        settle({ is: 'unheard' })
        resolve(undefined)
      })
      if (reading === 'never') {
        settle({ is: 'unheard' })
        resolve(undefined)
      } else this.#read(stream, rows, reading)
    })
  }

  #read(stream: Readable, rows: unknown[], reading: Reading): void {
    stream.on('data', (row: unknown) => {
      rows.push(row)
      if (reading === 'some' && rows.length >= SOME) stream.destroy()
      if (reading === 'slowly') {
        stream.pause()
        this.#clock.after(2, () => stream.resume())
      }
    })
  }
}

/**
 * A statement as its object can run it: a callback has no methods to begin or end its transaction, and only a lease has streams.
 */
function possible(desk: Desk, putting: Putting): Putting {
  const { by, decoding, ...rest } = putting
  if (decoding !== undefined && desk.decodesEach === false) return possible(desk, { ...rest, by })
  if (by === 'stream' && desk.stream === undefined) return { ...putting, by: 'query' }
  if (by === 'api' && desk.commit === undefined) return { ...putting, by: 'query' }
  return putting
}

function optionsOf({ text, borrowing }: Said, { decoding, access, timeout }: Putting): StatementOptions {
  return {
    sql: text,
    ...(decoding === undefined ? {} : { decoding: ownedDecoding(zoneOf(decoding), soleOwner(borrowing)) }),
    ...(access === undefined ? {} : { access }),
    ...(timeout === undefined ? {} : { timeout }),
  }
}
