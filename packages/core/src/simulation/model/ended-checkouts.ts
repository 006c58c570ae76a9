import type { Checkout } from '../../pool/checkout.js'
import type { FakeConnection } from '../fake-connector.js'
import type { World } from '../world.js'
import type { Inspector } from './inspector.js'
import type { Operation } from './operation.js'

type Stale = Omit<Extract<Operation, { do: 'stale' }>, 'do'>

/** So many of those that ended last are remembered: of older ones the connections are mostly closed. */
const REMEMBERED = 10

/** Checkouts that have ended, in the hands of borrowers that go on asking for things with them. */
export class EndedCheckouts {
  readonly #world: World
  readonly #inspector: Inspector
  /** The one that ended last comes first. */
  readonly #checkouts: Checkout<FakeConnection>[] = []

  constructor(world: World, inspector: Inspector) {
    this.#world = world
    this.#inspector = inspector
  }

  /** A borrower ends this checkout. */
  add(checkout: Checkout<FakeConnection>): void {
    // What an end by force has taken away is refused in silence, for its borrower could not know.
    if (!checkout.isOut) return
    this.#checkouts.unshift(checkout)
    if (this.#checkouts.length > REMEMBERED) this.#checkouts.pop()
  }

  use({ which, asks, access, force }: Stale): void {
    const checkout = this.#checkouts[which % Math.max(1, this.#checkouts.length)]
    if (checkout === undefined) return
    const { engine } = this.#world
    const { resource, state } = checkout.connection
    const what = `${asks} of ${resource.name}, which is ${state}`
    this.#inspector.trace?.(`stale: ${what}`)
    this.#inspector.refusesStale(what, () => {
      if (asks === 'release') engine.release(checkout)
      else if (asks === 'discard') engine.destroy(checkout)
      else if (!engine.noteAccess(checkout, access, force)) this.#inspector.sentAway(what)
    })
  }
}
