import type { Life as AnyLife } from '../search/lives.js'
import type { IsolationLevel } from '../../lease/lease.js'
import type { SelectorName } from '../../selectors/registry.js'
import type { Access } from '../../sql/access.js'
import type { Statement } from './saying.js'

export type { Violation } from '../search/lives.js'

/** What befalls a statement when it arrives at a server. `done` tells whether its work was done all the same. */
export type Fate =
  /** The server dies, or this connection is cut off. */
  | { readonly is: 'kill' | 'drop'; readonly when: 'before' | 'during' | 'after'; readonly done: boolean }
  /** The server stands still for so long, before or after the work. */
  | { readonly is: 'freeze'; readonly when: 'before' | 'after'; readonly time: number }
  /** The statement takes its time: it waits for a lock. */
  | { readonly is: 'stall'; readonly time: number }
  | { readonly is: 'refuse'; readonly errno: Refusal; readonly done: boolean }
  /** Its rows are cut off: they cannot be decoded. */
  | { readonly is: 'cut' }

export type Refusal = 1047 | 1153 | 1180 | 1205 | 1213 | 1290 | 1317 | 3100

/** How a statement is put on a lease. `api`: by the method of that name, for the borders of transactions. */
export type By = 'query' | 'execute' | 'stream' | 'api'

/** How the rows of a stream are read. */
export type Reading = 'all' | 'slowly' | 'some' | 'never'

/** A statement and all that becomes of it. */
export interface Putting {
  readonly statement: Statement
  readonly by: By
  /** What befalls it where it arrives first, where it arrives next, and so on. */
  readonly fates?: readonly Fate[]
  /** The decoding that is asked for, by number; left out: the lease's own. */
  readonly decoding?: number
  readonly access?: Access
  readonly timeout?: number
  readonly reading?: Reading
  readonly isolation?: IsolationLevel
}

/** How the statements of a callback follow each other. */
type Pace = 'one by one' | 'at once' | 'not awaited'

/** What a callback does with an error of a statement, and how it ends. */
export interface Plan {
  readonly puttings: readonly Putting[]
  readonly pace: Pace
  readonly catches: boolean
  readonly throws: boolean
}

/**
 * One step of a random life of borrowers. Plain data, so that it can be printed and read again; `which` counts among what
 * there is at that moment, so that a step stays possible when others are left out.
 */
export type Operation =
  | { readonly do: 'run'; readonly putting: Putting }
  | {
      readonly do: 'borrow'
      readonly access?: Access
      readonly within?: number
      readonly decoding?: number
      readonly signal: boolean
    }
  | { readonly do: 'abort'; readonly which: number }
  /** `time`: how long it waits for the answer before the next step. */
  | { readonly do: 'put'; readonly which: number; readonly putting: Putting; readonly time: number }
  | { readonly do: 'ping' | 'release' | 'destroy'; readonly which: number }
  | {
      readonly do: 'change user'
      readonly which: number
      readonly to: 'guest' | 'stranger'
      readonly database: boolean
    }
  /** Something is asked of a lease that was given back. */
  | {
      readonly do: 'use after release'
      readonly which: number
      readonly how: 'release' | 'destroy' | 'query' | 'stream' | 'ping' | 'change user' | 'commit'
    }
  | {
      readonly do: 'transact'
      readonly plan: Plan
      readonly retry: number
      readonly fates?: readonly Fate[]
      readonly isolation?: IsolationLevel
      readonly readOnly: boolean
    }
  | { readonly do: 'with'; readonly plan: Plan }
  | { readonly do: 'wait'; readonly time: number }
  | { readonly do: 'kill'; readonly server: number; readonly time: number }
  | { readonly do: 'freeze' | 'thaw' | 'drop all'; readonly server: number }
  | { readonly do: 'kill connection'; readonly which: number }
  | { readonly do: 'read only'; readonly server: number; readonly on: boolean }
  | { readonly do: 'leave primary'; readonly server: number; readonly time: number }
  | { readonly do: 'slow'; readonly server: number; readonly time: number }
  /** What befalls the next statement of the pool's own there: a clean-up, a ping. */
  | { readonly do: 'trouble'; readonly server: number; readonly fate: Fate }
  | { readonly do: 'drain' | 'undrain' | 'remove'; readonly server: number }
  | { readonly do: 'add' | 'refresh' | 'end' }

/** The options of a life. */
export interface LifeOptions {
  readonly hosts: number
  readonly cluster: 'galera' | 'plain'
  /** Whether servers report changes of session state; `swallowed`: they say nothing, though they let it be asked for. */
  readonly tracking: 'yes' | 'no' | 'swallowed'
  readonly rollbackOnTimeout: boolean
  readonly probes: boolean
  readonly connectionLimit: number
  readonly selector: SelectorName
  readonly acquireTimeout: number
  readonly noHostTimeout: number
  readonly validateAfterIdle: number | false
  readonly validationTimeout: number
  readonly endTimeout: number
  readonly maxLifetime: number
  readonly retryReads: boolean
  readonly hedgeReads: boolean
  readonly resetOnRelease: boolean
  /** The application sets a variable on each connection, and a user variable in `onConnect`. */
  readonly setsUp: boolean
  readonly database: boolean
  /** The application switches autocommit off on each connection. */
  readonly autocommit: boolean
}

export type Life = AnyLife<LifeOptions, Operation>
