import { KeyRange } from './key-range.js'

/** The traces that a session can be made to forget. */
export type Forgetting = 'forget id' | 'forget counts' | 'forget all'

/** The traces that a statement may have left in its session. */
export interface Left {
  /** Whether the statement may have generated a key. */
  readonly id: boolean
  /** The keys that may have been generated; undefined where nothing tells. */
  readonly keys: readonly unknown[] | undefined
  /** Whether the statement may have left the number of a transaction. */
  readonly gtid: boolean
  /** Whether the statement had warnings or errors of its own. */
  readonly warnings: 'none' | 'some' | 'unknown'
}

// The kinds of traces. One number holds them all, because every checkout begins with a copy.
const COUNTS = 1
const KEY = 2
const GTID = 4
/** Warnings or errors. They stay until a statement has some of its own, or names a table. */
const WARNINGS = 8
/** The warnings may be an earlier borrower's, this one's, or both. */
const MIXED_WARNINGS = 16

/** The traces that statements have left in one session, and which of these traces may be an earlier borrower's. */
export class LeftTraces {
  /** All traces since the session was last made to forget … */
  #left = 0
  /** … and those of them that were left before the present borrower came. */
  #foreign = 0
  /** The range of the keys since the session was last made to forget its key. */
  readonly #keys = new KeyRange()
  /** The same range at the time when the borrower came. A copy is made when the key may be another borrower's. */
  #foreignKeys: KeyRange | undefined

  /** Begins a new borrower: all traces until now are another borrower's. */
  attach(): void {
    this.#foreign = this.#left
    this.#foreignKeys = undefined
  }

  /** Whether a statement that reads the counts would get another borrower's. */
  get hasForeign(): boolean {
    return (this.#foreign & COUNTS) !== 0
  }

  /** Whether the key that LAST_INSERT_ID() returns may be another borrower's. */
  get hasForeignKey(): boolean {
    return (this.#foreign & KEY) !== 0
  }

  /** Whether `@@last_gtid` may be another borrower's. */
  get hasForeignGtid(): boolean {
    return (this.#foreign & GTID) !== 0
  }

  /** Whether warnings of another borrower may still be there, also after statements of this borrower. */
  get hasForeignWarnings(): boolean {
    return (this.#foreign & WARNINGS) !== 0
  }

  /** Whether the warnings may be another borrower's or this one's, and nothing tells whose. */
  get hasMixedWarnings(): boolean {
    return (this.#foreign & MIXED_WARNINGS) !== 0
  }

  /** Whether the key cannot be an earlier borrower's. */
  isKeyOfBorrower(key: string): boolean {
    return (this.#foreignKeys ?? this.#keys).excludes(key)
  }

  /** Notes a statement that leaves only counts and, where it wrote, the number of its transaction. */
  noteCounts(wrote = false): void {
    this.#left |= wrote ? COUNTS | GTID : COUNTS
  }

  /** Notes a statement that has run. */
  note({ id, keys, gtid, warnings }: Left): void {
    this.noteCounts(gtid)
    if (id) {
      // Until this first key of the borrower, all keys were other borrowers'.
      if (this.hasForeignKey) this.#foreignKeys ??= this.#keys.copy()
      this.#left |= KEY
      this.#keys.add(keys)
    }
    if (warnings === 'none') return
    this.#left |= WARNINGS
    // Warnings of this statement replace those that were there.
    if (warnings === 'some') this.#foreign &= ~(WARNINGS | MIXED_WARNINGS)
    else if (this.hasForeignWarnings) this.#foreign |= MIXED_WARNINGS
  }

  /** Notes that the session was made to forget. */
  forgotten(what: Forgetting): void {
    if (what !== 'forget id') {
      this.#left &= ~(COUNTS | WARNINGS)
      this.#foreign &= ~(COUNTS | WARNINGS | MIXED_WARNINGS)
    }
    if (what === 'forget counts') return
    this.#left &= ~KEY
    this.#foreign &= ~KEY
    this.#keys.clear()
    this.#foreignKeys = undefined
  }

  /** Notes a reset of the session. Only a reset makes a session forget the number of its last transaction. */
  reset(): void {
    this.forgotten('forget all')
    this.#left &= ~GTID
    this.#foreign &= ~GTID
  }
}
