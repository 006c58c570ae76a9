import type { Access } from '../../sql/access.js'
import type { Checkout } from '../../pool/checkout.js'
import type { FakeConnection } from '../fake-connector.js'
import type { World } from '../world.js'
import type { Caller } from './caller.js'
import { EndedCheckouts } from './ended-checkouts.js'
import { BrokenRule, type Inspector } from './inspector.js'
import type { Operation } from './operation.js'

type Asking = Extract<Operation, { do: 'ask' }>
type Returning = Extract<Operation, { do: 'return' }>

/** All callers of a pool, and their use of connections. */
export class Callers {
  readonly ended: EndedCheckouts
  readonly #world: World
  readonly #inspector: Inspector
  /** Every caller that waits or has a checkout, in the order of their requests. */
  readonly #callers: Set<Caller>
  #numbers = 0
  #meddled = false

  constructor(world: World, inspector: Inspector, callers: Set<Caller>) {
    this.#world = world
    this.#inspector = inspector
    this.#callers = callers
    this.ended = new EndedCheckouts(world, inspector)
  }

  get size(): number {
    return this.#callers.size
  }

  waiters(): readonly Caller[] {
    return [...this.#callers].filter((caller) => caller.waiting)
  }

  holders(): readonly Caller[] {
    return [...this.#callers].filter((caller) => caller.checkout !== undefined)
  }

  ask({ access, within, next }: Omit<Asking, 'do'>): void {
    const { clock, config, engine } = this.#world
    const timeout = within ?? config.acquireTimeout
    const caller: Caller = {
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
    this.#callers.add(caller)
    if (access !== undefined) this.#inspector.asked(access)
    const request = { access, signal: caller.abort.signal, ...(within === undefined ? {} : { acquireTimeout: within }) }
    engine.acquire(request, (error, checkout) => {
      try {
        this.#answered(caller, error, checkout)
      } catch (broken) {
        // An error in a signal's listener would end the process. The inspector has noted it already.
        if (!(broken instanceof BrokenRule && caller.abort.signal.aborted)) throw broken
      }
    })
  }

  #answered(caller: Caller, error: Error | null, checkout: Checkout<FakeConnection> | undefined): void {
    this.#inspector.answered(caller, error, checkout)
    caller.waiting = false
    caller.checkout = checkout
    caller.use = caller.access
    if (checkout === undefined) {
      this.#callers.delete(caller)
      return
    }
    switch (caller.next) {
      case 'return':
        this.return(caller)
        break
      case 'return twice':
        this.return(caller)
        this.ended.use({ which: 0, asks: 'release', access: 'write', force: false })
        break
      case 'destroy':
        this.destroy(caller)
        break
      case 'ask again':
        this.ask({ next: 'keep' })
        break
      case 'keep':
        break
      default:
        caller.next satisfies never
    }
  }

  return(caller: Caller | undefined, left: Returning['left'] = 'nothing'): void {
    const checkout = caller?.checkout
    if (caller === undefined || checkout === undefined) return
    this.#inspector.returned(checkout, caller.use)
    caller.checkout = undefined
    this.#callers.delete(caller)
    this.ended.add(checkout)
    const { resource } = checkout.connection
    resource.dirty = left === 'traces'
    resource.unresettable = left === 'damage'
    this.#world.engine.release(checkout)
  }

  cancel(caller: Caller | undefined): void {
    if (caller === undefined) return
    caller.abort.abort(new Error('no more time'))
    this.#inspector.gaveUp(caller)
  }

  /** The first statement tells the kind of work. A borrower whose kind is at its limit returns the connection, and asks again. */
  use(caller: Caller | undefined, access: Access, force: boolean): void {
    if (caller?.checkout === undefined || caller.use === 'write' || caller.use === access) return
    this.#inspector.asked(access)
    const { checkout } = caller
    const allowed = this.#inspector.turns(caller, access, force)
    const granted = this.#world.engine.noteAccess(checkout, access, force)
    this.#inspector.turned(caller, access, granted, allowed)
    if (granted) caller.use = access
    else {
      this.return(caller)
      this.ask({ access, next: 'keep' })
    }
  }

  destroy(caller: Caller | undefined): void {
    const checkout = caller?.checkout
    if (caller === undefined || checkout === undefined) return
    this.#inspector.returned(checkout, caller.use)
    caller.checkout = undefined
    this.#callers.delete(caller)
    this.ended.add(checkout)
    this.#world.engine.destroy(checkout)
  }

  returnAll(): void {
    for (const caller of this.holders()) this.return(caller)
  }

  /** Called at the beginning of a step. In each step a meddler may act once. */
  stepBegins(): void {
    this.#meddled = false
  }

  /** Adds listeners to the pool's events that use the pool within the event. */
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
