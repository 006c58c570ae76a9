import { KeyRange } from './key-range.js'

/** What a session can be made to forget. */
export type Forgetting = 'forget id' | 'forget counts' | 'forget all'

/** What a statement may have left in its session. */
export interface Left {
  /** A generated key. */
  readonly id: boolean
  /** The keys that it may be; undefined where nothing tells. */
  readonly keys: readonly unknown[] | undefined
  /** The number of a transaction. */
  readonly gtid: boolean
  /** Warnings or errors of its own. */
  readonly warnings: 'none' | 'some' | 'unknown'
}

// What statements leave for a statement that asks; one number holds them all, because every checkout begins with a copy.
const COUNTS = 1
const KEY = 2
const GTID = 4
/** Warnings or errors: they stay until a statement has some of its own, or names a table. */
const WARNINGS = 8
/** Warnings of an earlier borrower and of this one may both be there. */
const MIXED_WARNINGS = 16

/** What statements have left in one session for those that ask for it, and which of that an earlier borrower may have left. */
export class LeftTraces {
  /** Left since the session was last made to forget … */
  #left = 0
  /** … and of that, what was left before the present borrower came. */
  #foreign = 0
  /** Where keys lie that were left since the session was last made to forget them. */
  readonly #keys = new KeyRange()
  /** The same when the borrower came; made when a key may be another borrower's. */
  #foreignKeys: KeyRange | undefined

  /** What was left until now is not the next borrower's. */
  attach(): void {
    this.#foreign = this.#left
    this.#foreignKeys = undefined
  }

  /** Whether a statement that asks for what was before would be told of another borrower's. */
  get hasForeign(): boolean {
    return (this.#foreign & COUNTS) !== 0
  }

  /** Whether the key that LAST_INSERT_ID() answers may be another borrower's. */
  get hasForeignKey(): boolean {
    return (this.#foreign & KEY) !== 0
  }

  /** Whether `@@last_gtid` may be another borrower's. */
  get hasForeignGtid(): boolean {
    return (this.#foreign & GTID) !== 0
  }

  /** Whether warnings of another borrower may still be there, also after statements of this one. */
  get hasForeignWarnings(): boolean {
    return (this.#foreign & WARNINGS) !== 0
  }

  /** Whether they may be another borrower's or this one's, and nothing tells. */
  get hasMixedWarnings(): boolean {
    return (this.#foreign & MIXED_WARNINGS) !== 0
  }

  /** Whether no earlier borrower can have left this key. */
  isKeyOfBorrower(key: string): boolean {
    return (this.#foreignKeys ?? this.#keys).excludes(key)
  }

  /** A statement has run that leaves nothing but counts and, where it wrote, the number of its transaction. */
  noteCounts(wrote = false): void {
    this.#left |= wrote ? COUNTS | GTID : COUNTS
  }

  /** A statement has run. */
  note({ id, keys, gtid, warnings }: Left): void {
    this.noteCounts(gtid)
    if (id) {
      // The first of its borrower's: until now all were others'.
      if (this.hasForeignKey) this.#foreignKeys ??= this.#keys.copy()
      this.#left |= KEY
      this.#keys.add(keys)
    }
    if (warnings === 'none') return
    this.#left |= WARNINGS
    // What a statement has of its own takes the place of what there was.
    if (warnings === 'some') this.#foreign &= ~(WARNINGS | MIXED_WARNINGS)
    else if (this.hasForeignWarnings) this.#foreign |= MIXED_WARNINGS
  }

  /** The session was made to forget. */
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

  /** The session was reset: nothing else makes it forget the number of its last transaction. */
  reset(): void {
    this.forgotten('forget all')
    this.#left &= ~GTID
    this.#foreign &= ~GTID
  }
}
