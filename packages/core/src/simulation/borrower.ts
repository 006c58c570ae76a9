import type { Access } from '../sql/access.js'
import type { Checkout } from '../pool/checkout.js'
import type { PooledConnection } from '../pool/pooled-connection.js'
import type { CheckoutRequest } from '../pool/wait-queue.js'
import type { FakeConnection } from './fake-connector.js'
import type { Story } from './story.js'

/** Somebody in a story who borrows connections. What happens to them is told under their name. */
export class Borrower {
  readonly name: string
  readonly access: Access | undefined
  readonly #story: Story
  #checkout: Checkout<FakeConnection> | undefined
  #error: (Error & { readonly code?: unknown }) | undefined
  #abort: AbortController | undefined
  #answers = 0
  #waiting = false

  constructor(name: string, access: Access | undefined, story: Story) {
    this.name = name
    this.access = access
    this.#story = story
  }

  /** What they hold. Reading it when they hold nothing is a mistake of the story. */
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

  /** Why they were refused. */
  get error(): (Error & { readonly code?: unknown }) | undefined {
    return this.#error
  }

  /** The code of that, or its message. */
  get reason(): string {
    const code = this.#error?.code
    return typeof code === 'string' ? code : (this.#error?.message ?? '')
  }

  /** How often the pool has answered; once for each time they asked. */
  get answers(): number {
    return this.#answers
  }

  asks(request: Omit<CheckoutRequest, 'access' | 'signal'> = {}): this {
    this.#abort = new AbortController()
    this.#waiting = true
    const { access } = this
    this.#story.world.engine.acquire({ ...request, access, signal: this.#abort.signal }, (error, checkout) => {
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

  /** Does something with it that the next borrower must not find. */
  leavesTraces(): this {
    this.connection.resource.dirty = true
    return this
  }

  returns(): void {
    const { checkout } = this
    this.#checkout = undefined
    this.#tell(`returns ${checkout.connection.resource.name}`)
    this.#story.world.engine.release(checkout)
  }

  destroys(): void {
    const { checkout } = this
    this.#checkout = undefined
    this.#tell(`destroys ${checkout.connection.resource.name}`)
    this.#story.world.engine.destroy(checkout)
  }

  /** Stops waiting. */
  givesUp(): void {
    this.#tell('gives up')
    this.#abort?.abort(new Error(`${this.name} has no more time`))
  }

  #tell(what: string): void {
    this.#story.note(`${this.name} ${what}`)
  }
}
