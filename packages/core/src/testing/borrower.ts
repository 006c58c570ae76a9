import type { Access } from '../sql/access.js'
import type { Checkout } from '../pool/checkout.js'
import type { PooledConnection } from '../pool/pooled-connection.js'
import type { CheckoutRequest } from '../pool/wait-queue.js'
import type { FakeConnection } from './fake-connector.js'
import type { Scenario } from './scenario.js'

/** A borrower of connections in a scenario. The scenario notes its events under its name. */
export class Borrower {
  readonly name: string
  readonly access: Access | undefined
  readonly #scenario: Scenario
  #checkout: Checkout<FakeConnection> | undefined
  #error: (Error & { readonly code?: unknown }) | undefined
  #abort: AbortController | undefined
  #answers = 0
  #waiting = false

  constructor(name: string, access: Access | undefined, scenario: Scenario) {
    this.name = name
    this.access = access
    this.#scenario = scenario
  }

  /** The checkout that the borrower holds. A scenario that reads it must have got one before. */
  get checkout(): Checkout<FakeConnection> {
    if (this.#checkout === undefined) throw new Error(`${this.name} holds no connection`)
    return this.#checkout
  }

  get connection(): PooledConnection<FakeConnection> {
    return this.checkout.connection
  }

  get holds(): string | undefined {
    return this.#checkout?.connection.resource.name
  }

  get waits(): boolean {
    return this.#waiting
  }

  /** The error of the last request; undefined if it was served. */
  get error(): (Error & { readonly code?: unknown }) | undefined {
    return this.#error
  }

  /** The code of that error, or its message. */
  get reason(): string {
    const code = this.#error?.code
    return typeof code === 'string' ? code : (this.#error?.message ?? '')
  }

  /** The number of the pool's answers: one for each request. */
  get answers(): number {
    return this.#answers
  }

  asks(request: Omit<CheckoutRequest, 'access' | 'signal'> = {}): this {
    this.#abort = new AbortController()
    this.#waiting = true
    const { access } = this
    this.#scenario.world.engine.acquire({ ...request, access, signal: this.#abort.signal }, (error, checkout) => {
      this.#waiting = false
      this.#answers += 1
      this.#checkout = checkout
      this.#error = error ?? undefined
      if (checkout !== undefined) this.#tell(`gets ${checkout.connection.resource.name}`)
      else this.#tell(`is refused: ${this.reason}`)
    })
    if (this.waits) this.#tell('waits')
    return this
  }

  /** Changes the session, which the next borrower must not find changed. */
  leavesTraces(): this {
    this.connection.resource.dirty = true
    return this
  }

  returns(): void {
    const { checkout } = this
    this.#checkout = undefined
    this.#tell(`returns ${checkout.connection.resource.name}`)
    this.#scenario.world.engine.release(checkout)
  }

  destroys(): void {
    const { checkout } = this
    this.#checkout = undefined
    this.#tell(`destroys ${checkout.connection.resource.name}`)
    this.#scenario.world.engine.destroy(checkout)
  }

  /** Stops waiting. */
  givesUp(): void {
    this.#tell('gives up')
    this.#abort?.abort(new Error(`${this.name} has no more time`))
  }

  #tell(what: string): void {
    this.#scenario.note(`${this.name} ${what}`)
  }
}
