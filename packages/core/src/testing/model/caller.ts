import type { Access } from '../../sql/access.js'
import type { Checkout } from '../../pool/checkout.js'
import type { FakeConnection } from '../fake-connector.js'
import type { Afterwards } from './operation.js'

/** A caller that asked for a connection, and what has become of it. */
export interface Caller {
  readonly number: number
  readonly access: Access | undefined
  readonly since: number
  /** When an answer is due at the latest. */
  readonly deadline: number
  readonly next: Afterwards
  readonly abort: AbortController
  waiting: boolean
  checkout: Checkout<FakeConnection> | undefined
  /** What it does with that; undefined until it is known. */
  use: Access | undefined
}
