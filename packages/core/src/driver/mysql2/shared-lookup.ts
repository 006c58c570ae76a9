// The functions of `dns` are looked up at each use, because tracers and caches of names replace them.
import dns from 'node:dns'
import type { LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'

/** A name whose look-up took this many milliseconds counts as slow … */
const SLOW = 1000

/** … and later connects do not wait for a look-up that has had no answer for this many milliseconds. */
const GIVEN_UP = 60_000

type Found = (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void

/** Looks up all addresses of a name. */
export type ResolveName = (
  name: string,
  options: { readonly all: true; readonly family: number; readonly hints: number },
  found: Found,
) => void

interface LookUp {
  readonly begin: () => void
  readonly waiting: Found[]
  startedAt: number | undefined
}

/**
 * One look-up per name at a time, for all pools of the process. The system's look-ups share two threads of the process.
 * Look-ups of a name whose server does not answer would fill both threads, and every other name of the process would wait
 * behind them. Among the names whose last look-up was slow, only one is looked up at a time, so that two of them cannot take
 * both threads.
 */
export class SharedLookup {
  readonly #resolve: ResolveName
  readonly #now: () => number
  readonly #lookUps = new Map<string, LookUp>()
  readonly #slow = new Set<string>()
  /** Look-ups of slow names, one after the other; the first one is under way. */
  #line: LookUp[] = []

  constructor(resolve: ResolveName, now: () => number) {
    this.#resolve = resolve
    this.#now = now
  }

  /** The function for the `lookup` option of Node's sockets. */
  readonly forSocket: LookupFunction = (name, options, done) => {
    this.all(name, options, (error, addresses) => {
      const [first] = addresses
      if (error !== null || first === undefined) done(error ?? notFound(name), '', 4)
      else if (options.all === true) done(null, [...addresses])
      else done(null, first.address, first.family)
    })
  }

  /** Every address of a name. */
  all(name: string, options: { readonly family?: unknown; readonly hints?: number | undefined }, found: Found): void {
    const family = options.family === 'IPv6' ? 6 : options.family === 'IPv4' ? 4 : Number(options.family ?? 0)
    const hints = options.hints ?? 0
    const key = `${name} ${family} ${hints}`
    const known = this.#lookUps.get(key)
    if (known !== undefined && this.#now() - (known.startedAt ?? this.#now()) < GIVEN_UP) {
      known.waiting.push(found)
      return
    }
    const lookUp: LookUp = {
      waiting: [found],
      startedAt: undefined,
      begin: () => {
        lookUp.startedAt = this.#now()
        this.#resolve(name, { all: true, family, hints }, (error, addresses) =>
          this.#end(key, lookUp, error, addresses),
        )
      },
    }
    this.#lookUps.set(key, lookUp)
    if (!this.#slow.has(key)) lookUp.begin()
    else {
      this.#line.push(lookUp)
      this.#beginNext()
    }
  }

  #end(key: string, lookUp: LookUp, error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]): void {
    if (this.#lookUps.get(key) === lookUp) this.#lookUps.delete(key)
    if (this.#now() - (lookUp.startedAt ?? 0) >= SLOW) this.#slow.add(key)
    else this.#slow.delete(key)
    this.#line = this.#line.filter((other) => other !== lookUp)
    this.#beginNext()
    for (const found of lookUp.waiting.splice(0)) found(error, addresses)
  }

  #beginNext(): void {
    const now = this.#now()
    this.#line = this.#line.filter(({ startedAt }) => now - (startedAt ?? now) < GIVEN_UP)
    const [first] = this.#line
    if (first !== undefined && first.startedAt === undefined) first.begin()
  }
}

function notFound(name: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`No address was found for ${name}`), { code: 'ENOTFOUND', syscall: 'getaddrinfo' })
}

/** The instance for the whole process, because all its look-ups share the same threads. */
export const sharedLookup = new SharedLookup(
  (name, options, found) => {
    dns.lookup(name, options, (error, addresses) => found(error, Array.isArray(addresses) ? addresses : []))
  },
  () => performance.now(),
)
