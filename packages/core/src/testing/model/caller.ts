import type { Access } from '../../sql/access.js'
import type { Checkout } from '../../pool/checkout.js'
import type { FakeConnection } from '../fake-connector.js'
import type { Afterwards } from './operation.js'

/** A caller that has asked for a connection, and the state of its request. */
export interface Caller {
  readonly number: number
  readonly access: Access | undefined
  readonly since: number
  /** The latest time for an answer. */
  readonly deadline: number
  readonly next: Afterwards
  readonly abort: AbortController
  waiting: boolean
  checkout: Checkout<FakeConnection> | undefined
  /** The kind of work that the caller does with its checkout; undefined until the caller says it. */
  use: Access | undefined
}
