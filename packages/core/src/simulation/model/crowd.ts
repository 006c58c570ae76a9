import type { Access } from '../../sql/access.js'
import type { Checkout } from '../../pool/checkout.js'
import type { FakeConnection } from '../fake-connector.js'
import type { World } from '../world.js'
import type { Asker } from './asker.js'
import { EndedCheckouts } from './ended-checkouts.js'
import { BrokenRule, type Inspector } from './inspector.js'
import type { Operation } from './operation.js'

type Asking = Extract<Operation, { do: 'ask' }>
type Returning = Extract<Operation, { do: 'return' }>

/** All who ask a pool for connections, and what they do with them. */
export class Crowd {
  readonly ended: EndedCheckouts
  readonly #world: World
  readonly #inspector: Inspector
  /** Everybody who waits or holds a connection, in the order they asked. */
  readonly #askers: Set<Asker>
  #numbers = 0
  #meddled = false

  constructor(world: World, inspector: Inspector, askers: Set<Asker>) {
    this.#world = world
    this.#inspector = inspector
    this.#askers = askers
    this.ended = new EndedCheckouts(world, inspector)
  }

  get size(): number {
    return this.#askers.size
  }

  waiters(): readonly Asker[] {
    return [...this.#askers].filter((asker) => asker.waiting)
  }

  holders(): readonly Asker[] {
    return [...this.#askers].filter((asker) => asker.checkout !== undefined)
  }

  ask({ access, within, next }: Omit<Asking, 'do'>): void {
    const { clock, config, engine } = this.#world
    const timeout = within ?? config.acquireTimeout
    const asker: Asker = {
      number: (this.#numbers += 1),
      access,
      since: clock.now(),
      deadline: timeout === 0 ? Infinity : clock.now() + timeout,
      next,
      abort: new AbortController(),
      waiting: true,
      checkout: undefined,
      use: undefined,
    }
    this.#askers.add(asker)
    if (access !== undefined) this.#inspector.asked(access)
    const request = { access, signal: asker.abort.signal, ...(within === undefined ? {} : { acquireTimeout: within }) }
    engine.acquire(request, (error, checkout) => {
      try {
        this.#answered(asker, error, checkout)
      } catch (broken) {
        // What is thrown in a signal's listener would end the process; the inspector knows of it anyway.
        if (!(broken instanceof BrokenRule && asker.abort.signal.aborted)) throw broken
      }
    })
  }

  #answered(asker: Asker, error: Error | null, checkout: Checkout<FakeConnection> | undefined): void {
    this.#inspector.answered(asker, error, checkout)
    asker.waiting = false
    asker.checkout = checkout
    asker.use = asker.access
    if (checkout === undefined) {
      this.#askers.delete(asker)
      return
    }
    switch (asker.next) {
      case 'return':
        this.return(asker)
        break
      case 'return twice':
        this.return(asker)
        this.ended.use({ which: 0, asks: 'release', access: 'write', force: false })
        break
      case 'destroy':
        this.destroy(asker)
        break
      case 'ask again':
        this.ask({ next: 'keep' })
        break
      case 'keep':
        break
      default:
        asker.next satisfies never
    }
  }

  return(asker: Asker | undefined, left: Returning['left'] = 'nothing'): void {
    const checkout = asker?.checkout
    if (asker === undefined || checkout === undefined) return
    this.#inspector.returned(checkout, asker.use)
    asker.checkout = undefined
    this.#askers.delete(asker)
    this.ended.add(checkout)
    const { resource } = checkout.connection
    resource.dirty = left === 'traces'
    resource.unresettable = left === 'damage'
    this.#world.engine.release(checkout)
  }

  cancel(asker: Asker | undefined): void {
    if (asker === undefined) return
    asker.abort.abort(new Error('no more time'))
    this.#inspector.gaveUp(asker)
  }

  /** The first statement says what a borrower is about; one whose kind of work has its share already asks again for it. */
  use(asker: Asker | undefined, access: Access, force: boolean): void {
    if (asker?.checkout === undefined || asker.use === 'write' || asker.use === access) return
    this.#inspector.asked(access)
    const { checkout } = asker
    const allowed = this.#inspector.turns(asker, access, force)
    const granted = this.#world.engine.noteAccess(checkout, access, force)
    this.#inspector.turned(asker, access, granted, allowed)
    if (granted) asker.use = access
    else {
      this.return(asker)
      this.ask({ access, next: 'keep' })
    }
  }

  destroy(asker: Asker | undefined): void {
    const checkout = asker?.checkout
    if (asker === undefined || checkout === undefined) return
    this.#inspector.returned(checkout, asker.use)
    asker.checkout = undefined
    this.#askers.delete(asker)
    this.ended.add(checkout)
    this.#world.engine.destroy(checkout)
  }

  returnAll(): void {
    for (const asker of this.holders()) this.return(asker)
  }

  /** A step begins: meddlers may act once in each. */
  stepBegins(): void {
    this.#meddled = false
  }

  /** Listeners of the pool's events that use the pool while they are told. */
  meddle(): void {
    for (const event of [
      'connectionClosed',
      'connectFailed',
      'acquireTimeout',
      'release',
      'connectionOpened',
    ] as const) {
      this.#world.emitter.on(event, () => {
        if (this.#meddled) return
        this.#meddled = true
        const [first] = this.holders()
        if (this.#numbers % 7 === 0) this.#world.engine.refresh()
        else if (first !== undefined && this.#numbers % 2 === 0) this.return(first)
        else this.ask({ next: 'keep' })
      })
    }
  }
}
