import type { SubjectRecord } from './record.js'
import type { SubjectName, SubjectOptions } from './subjects/subject.js'

export interface Assignment extends SubjectOptions {
  readonly subject: SubjectName
  readonly rate: number
  /** Whether every second write is a transaction, where the subject has a way to run one again. */
  readonly transactions: boolean
}

/** Callers who want a connection at once, each for this many milliseconds. */
export interface Burst {
  readonly wanted: number
  readonly hold: number
  /** By a pool of its own that has no connection yet. */
  readonly freshPool: boolean
}

/** What the drill tells the process of a pool. */
export type Order =
  | { readonly type: 'setUp'; readonly assignment: Assignment }
  | { readonly type: 'load' }
  | { readonly type: 'burst'; readonly burst: Burst }
  /** To keep the event loop busy for so many milliseconds. */
  | { readonly type: 'block'; readonly milliseconds: number }
  | { readonly type: 'stop' }

/** What that process answers. */
export type Answer =
  | { readonly type: 'ready'; readonly configuration: string }
  | { readonly type: 'done'; readonly record: SubjectRecord }
  | { readonly type: 'failed'; readonly message: string }
