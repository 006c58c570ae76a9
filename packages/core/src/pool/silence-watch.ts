import type { Clock, Timer } from '../clock.js'
import type { Homes } from './homes.js'
import type { HostConnections } from './host-connections.js'
import type { HostWatch } from './host-watch.js'
import { ConnectionState, type PooledConnection } from './pooled-connection.js'
import type { Resource } from './resource.js'

/** Milliseconds between two looks. */
export const LOOK_EVERY = 50
/** A host is silent when it owes an answer for so many times as long as its answers usually take … */
const USUAL_FACTOR = 4
/** … but never before this many milliseconds, and always after that many. */
const SILENT_AT_LEAST = 100
const SILENT_AT_MOST = 300

/** What the silence watch has to know of the rest. */
export interface SilenceWatchParts<R extends Resource> {
  readonly clock: Clock
  readonly homes: Homes<R>
  readonly watch: HostWatch
  /** Connections that are being asked whether they still answer, or cleaned. */
  readonly readying: () => ReadonlySet<PooledConnection<R>>
  /** Whether anybody waits. */
  readonly waiting: () => boolean
  /** A host has fallen silent, or is heard of again. */
  readonly changed: (home: HostConnections<R>) => void
  /** Called after each look: what was promised to a waiter may be in doubt now. */
  readonly looked: () => void
}

/**
 * Notices a host that is asked and gives no answer at all. One slow statement is none of that: others are answered meanwhile,
 * or the probe that is sent for is. While anything is lent or asked it looks at every host a few times a second: one timer for
 * the whole pool and none for each statement. The same timer keeps the process alive for as long, which spares every loan the
 * two calls that would switch its socket.
 */
export class SilenceWatch<R extends Resource> {
  /** Whether any host is silent now. */
  any = false
  readonly #parts: SilenceWatchParts<R>
  #timer: Timer | undefined
  #stopped = false

  constructor(parts: SilenceWatchParts<R>) {
    this.#parts = parts
  }

  /** Looks at the hosts from now on for as long as anything is lent or asked, or anybody waits. */
  start(): void {
    if (this.#timer !== undefined || this.#stopped) return
    this.#timer = this.#parts.clock.after(LOOK_EVERY, () => this.#look())
  }

  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
  }

  /** Connections of silent hosts that nobody has: they are open, and of no use. */
  get unusable(): number {
    let count = 0
    if (this.any) for (const { host, all, inUse } of this.#parts.homes.all) if (host.silent) count += all.size - inUse
    return count
  }

  #look(): void {
    this.#timer = undefined
    const { clock, homes, watch, readying, waiting, changed, looked } = this.#parts
    const now = clock.now()
    // Those who wait may be given more as time passes, for a stall is felt for a while after the last loan has ended.
    let busy = readying().size > 0 || waiting()
    this.any = false
    for (const home of homes.all) {
      if (home.inUse > 0) busy = true
      const owes = owesAnswers(home, now)
      // One that is well answers the probe before the next look: where Galera holds up all writes, that is so for every host.
      const silent = owes && home.owesAnswers
      home.owesAnswers = owes
      if (silent !== home.host.silent) {
        home.host.silent = silent
        changed(home)
      }
      if (owes) watch.silent(home.host)
      if (silent) this.any = true
    }
    if (busy) this.start()
    looked()
  }
}

function owesAnswers<R extends Resource>({ host, all }: HostConnections<R>, now: number): boolean {
  const patience = Math.min(SILENT_AT_MOST, Math.max(SILENT_AT_LEAST, USUAL_FACTOR * (host.latency ?? 0)))
  if (all.size === 0 || now - host.heardAt < patience) return false
  for (const connection of all) {
    const askedAt = askedSince(connection)
    // Whoever has waited for long already is asked about again only after half as long: a report that runs for minutes is
    // no reason to ask ten times a second how the host is.
    const silence = now - Math.max(host.heardAt, askedAt)
    if (silence >= Math.max(patience, (now - askedAt) / 2)) return true
  }
  return false
}

/** When the last question that this connection owes an answer to was sent; Infinity when it owes none. */
function askedSince<R extends Resource>({ state, stateSince, resource }: PooledConnection<R>): number {
  if (state === ConnectionState.validating || state === ConnectionState.cleaning) return stateSince
  return state === ConnectionState.lent ? resource.askedAt : Infinity
}
