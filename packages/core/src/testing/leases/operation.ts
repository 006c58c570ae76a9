import type { Life as AnyLife } from '../search/lives.js'
import type { IsolationLevel } from '../../lease/lease.js'
import type { SelectorName } from '../../selectors/registry.js'
import type { Access } from '../../sql/access.js'
import type { Statement } from './saying.js'

export type { Violation } from '../search/lives.js'

/** The fate of a statement at its arrival at a server. `done` tells whether its work is done all the same. */
export type Fate =
  /** The server dies, or the connection is lost. */
  | { readonly is: 'kill' | 'drop'; readonly when: 'before' | 'during' | 'after'; readonly done: boolean }
  /** The server stands still for so many milliseconds, before or after the work. */
  | { readonly is: 'freeze'; readonly when: 'before' | 'after'; readonly time: number }
  /** The statement waits for a lock. */
  | { readonly is: 'stall'; readonly time: number }
  | { readonly is: 'refuse'; readonly errno: Refusal; readonly done: boolean }
  /** The rows are cut off, so that they cannot be decoded. */
  | { readonly is: 'cut' }

export type Refusal = 1047 | 1153 | 1180 | 1205 | 1213 | 1290 | 1317 | 3100

/**
 * The way in which a statement is put on a lease. `api`: by the lease's own method, for the beginning and the end of
 * transactions.
 */
export type By = 'query' | 'execute' | 'stream' | 'api'

/** The way in which the rows of a stream are read. */
export type Reading = 'all' | 'slowly' | 'some' | 'never'

/** A statement, the way in which it is put, and its fates. */
export interface Putting {
  readonly statement: Statement
  readonly by: By
  /** The fates of its first arrival, of the next one, and so on. */
  readonly fates?: readonly Fate[]
  /** The number of the decoding that the request names. Default: the lease's own. */
  readonly decoding?: number
  readonly access?: Access
  readonly timeout?: number
  readonly reading?: Reading
  readonly isolation?: IsolationLevel
}

/** The way in which the statements of a callback follow each other. */
type Pace = 'one by one' | 'at once' | 'not awaited'

/** The way in which a callback handles an error of a statement, and ends. */
export interface Plan {
  readonly puttings: readonly Putting[]
  readonly pace: Pace
  readonly catches: boolean
  readonly throws: boolean
}

/**
 * One step of a random life of borrowers: plain data, which can be printed and read again. `which` counts among the items that
 * exist at that moment, so that a step stays possible when other steps are left out.
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
  /** `time`: the milliseconds that the step waits for the answer. */
  | { readonly do: 'put'; readonly which: number; readonly putting: Putting; readonly time: number }
  | { readonly do: 'ping' | 'release' | 'destroy'; readonly which: number }
  | {
      readonly do: 'change user'
      readonly which: number
      readonly to: 'guest' | 'stranger'
      readonly database: boolean
    }
  /** A request to a lease that was released. */
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
  /** The fate of the next statement of the pool itself at a server: a clean-up, or a ping. */
  | { readonly do: 'trouble'; readonly server: number; readonly fate: Fate }
  | { readonly do: 'drain' | 'undrain' | 'remove'; readonly server: number }
  | { readonly do: 'add' | 'refresh' | 'end' }

/** The options of a life. */
export interface LifeOptions {
  readonly hosts: number
  readonly cluster: 'galera' | 'plain'
  /** Whether servers report changes of session state. `swallowed`: they accept the setting, and report nothing. */
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
  /** Whether the application sets a variable on each connection, and a user variable in `onConnect`. */
  readonly setsUp: boolean
  readonly database: boolean
  /** Whether autocommit is on. If not, the application switches it off on each connection. */
  readonly autocommit: boolean
}

export type Life = AnyLife<LifeOptions, Operation>
