import type { Checkout } from '../../pool/checkout.js'
import type { FakeConnection } from '../fake-connector.js'
import type { World } from '../world.js'
import type { Inspector } from './inspector.js'
import type { Operation } from './operation.js'

type Stale = Omit<Extract<Operation, { do: 'stale' }>, 'do'>

/** The number of ended checkouts that are remembered. The connections of older ones are mostly closed. */
const REMEMBERED = 10

/** Checkouts that have ended, with borrowers that go on using them. */
export class EndedCheckouts {
  readonly #world: World
  readonly #inspector: Inspector
  /** The checkouts, the last one to end first. */
  readonly #checkouts: Checkout<FakeConnection>[] = []

  constructor(world: World, inspector: Inspector) {
    this.#world = world
    this.#inspector = inspector
  }

  /** Notes that a borrower has ended this checkout. */
  add(checkout: Checkout<FakeConnection>): void {
    // A checkout that a forced end of the pool has taken away is refused without a count, since its borrower could not know.
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
