import type { Timer } from '../clock.js'
import { HostState } from '../selectors/host-state.js'
import { abandonCheckouts } from './abandon-checkouts.js'
import type { HostPool } from './host-pool.js'
import type { PoolState } from './pool-state.js'
import { ConnectionState } from './pooled-connection.js'
import type { Resource } from './resource.js'

/** Milliseconds between two looks. */
export const LOOK_EVERY = 10
/** A host is suspected when an answer is due for this many times as long as its answers usually take; a probe is sent then … */
const USUAL_FACTOR = 4
/** … but not before so many milliseconds, … */
const SUSPECTED_AT_LEAST = 15
/** … and at the latest after so many. */
const SUSPECTED_AT_MOST = 300
/** A suspected host is unresponsive when the probe has no answer either after twice the usual time, but at least … */
const ASKED_AT_LEAST = 10
/** … and at most after so many milliseconds. */
const ASKED_AT_MOST = 50
/** Milliseconds for which statements on a host that is down may still wait, from when it went down or they were sent. */
const DOWN_PATIENCE = 800
/** Milliseconds after which a host without an open probe connection is suspected, and the probe gets half of its time. */
const OVERDUE_AT_LEAST = 100

/**
 * Finds hosts that owe answers and give none at all. One slow statement does not make a host unresponsive: other statements are
 * answered meanwhile, or the probe is. While a connection is in use or being asked, every host is looked at every few
 * milliseconds, by one timer for the whole pool and none for each statement. The same timer keeps the process alive meanwhile,
 * which saves each checkout two calls that would switch its socket.
 */
export class UnresponsiveHosts<R extends Resource> {
  readonly #state: PoolState<R>
  #timer: Timer | undefined
  #stopped = false

  constructor(state: PoolState<R>) {
    this.#state = state
  }

  /** Whether it looks at the hosts at present: something is going on. */
  get isLooking(): boolean {
    return this.#timer !== undefined
  }

  /** Looks at the hosts from now on for as long as a connection is checked out or asked, or a caller waits. */
  start(): void {
    if (this.#timer === undefined && !this.#stopped) this.#setTimer()
  }

  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
  }

  // Apart from `start`, which every checkout calls: a function that holds a closure pays for it also when it makes none.
  #setTimer(): void {
    this.#timer = this.#state.env.clock.after(LOOK_EVERY, () => this.#look())
  }

  #look(): void {
    this.#timer = undefined
    const { env, hostPools, connections, waitQueue, checkouts, actions } = this.#state
    const now = env.clock.now()
    // Waiters may be given more as time passes, for a stall is felt for a while after the last checkout has ended.
    let busy = connections.readying.size > 0 || waitQueue.size > 0
    hostPools.anyUnresponsive = false
    for (const hostPool of hostPools.all) {
      if (hostPool.inUse.size > 0) {
        busy = true
        if (hostPool.host.state === HostState.down) this.#giveUpOn(hostPool, now)
      }
      const unresponsive = this.#isUnresponsive(hostPool, now)
      if (unresponsive !== hostPool.host.unresponsive) {
        hostPool.host.unresponsive = unresponsive
        checkouts.responsivenessChanged(hostPool)
      }
      if (unresponsive) hostPools.anyUnresponsive = true
    }
    if (busy) this.start()
    // What was promised to a waiter may be in doubt now.
    actions.changed()
    if (hostPools.anyUnresponsive)
      for (const hostPool of hostPools.all) if (hostPool.host.unresponsive && hostPool.asked) tellBorrowers(hostPool)
  }

  /** A host that is down, for whatever reason, must not keep what others could use. */
  #giveUpOn(hostPool: HostPool<R>, now: number): void {
    const since = now - DOWN_PATIENCE
    if (hostPool.host.downAt > since) return
    abandonCheckouts(
      hostPool,
      ({ state, resource }) => state === ConnectionState.inUse && resource.alive && resource.askedAt <= since,
    )
  }

  #isUnresponsive(hostPool: HostPool<R>, now: number): boolean {
    const { watch } = this.#state.env
    const { host } = hostPool
    const usual = host.latency ?? 0
    const silence = this.#silenceOf(hostPool, now)
    if (silence < between(SUSPECTED_AT_LEAST, USUAL_FACTOR * usual, SUSPECTED_AT_MOST)) {
      hostPool.answersBy = Infinity
      return false
    }
    const overdue = silence >= between(OVERDUE_AT_LEAST, USUAL_FACTOR * usual, SUSPECTED_AT_MOST)
    if (hostPool.answersBy === Infinity) {
      // One that is well answers the probe: where Galera holds up all writes, they are owed for long on every host.
      hostPool.asked = watch.suspected(host)
      if (hostPool.asked) hostPool.answersBy = now + between(ASKED_AT_LEAST, 2 * usual, ASKED_AT_MOST)
      else if (overdue) hostPool.answersBy = now + ASKED_AT_MOST
    }
    if (overdue) watch.unresponsive(host)
    return now >= hostPool.answersBy
  }

  /** For how long the host has owed an answer and given none at all. */
  #silenceOf(hostPool: HostPool<R>, now: number): number {
    const { lastResponseAt } = hostPool.host
    let longest = 0
    if (now - lastResponseAt < SUSPECTED_AT_LEAST) return longest
    for (const { resource } of hostPool.inUse)
      longest = Math.max(longest, silenceSince(resource.askedAt, lastResponseAt, now))
    for (const { hostPool: asked, stateSince } of this.#state.connections.readying) {
      if (asked === hostPool) longest = Math.max(longest, silenceSince(stateSince, lastResponseAt, now))
    }
    return longest
  }
}

/**
 * For how long a host has owed an answer and given none at all, as far as one question tells. A statement that has waited for long
 * already is asked about again only after half as long: a report that runs for minutes is no reason to ask ten times a second
 * how the host is.
 */
function silenceSince(askedAt: number, lastResponseAt: number, now: number): number {
  const silence = now - Math.max(lastResponseAt, askedAt)
  return silence >= (now - askedAt) / 2 ? silence : 0
}

/** Not where the host could not be asked: all that is known of it then may be one slow statement. */
function tellBorrowers<R extends Resource>({ inUse }: HostPool<R>): void {
  for (const { state, resource } of Array.from(inUse)) if (state === ConnectionState.inUse) resource.hostUnresponsive()
}

function between(least: number, wanted: number, most: number): number {
  return Math.min(most, Math.max(least, wanted))
}
