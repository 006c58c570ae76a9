import type { Timer } from '../clock.js'
import { HostState } from '../selectors/host-state.js'
import { abandonCheckouts } from './abandon-checkouts.js'
import type { HostPool } from './host-pool.js'
import type { PoolState } from './pool-state.js'
import { ConnectionState } from './pooled-connection.js'
import type { Resource } from './resource.js'

/** Milliseconds between two checks of the hosts. */
export const LOOK_EVERY = 10
/** A host is suspected when an answer is due for this many times as long as its answers usually take; a probe is sent then … */
const USUAL_FACTOR = 4
/** … but not before so many milliseconds, … */
const SUSPECTED_AT_LEAST = 15
/** … and at the latest after so many. */
const SUSPECTED_AT_MOST = 300
/** A suspected host is unresponsive if the probe has no answer either after twice the usual time, but at least after so many … */
const ASKED_AT_LEAST = 10
/** … and at most after so many milliseconds. */
const ASKED_AT_MOST = 50
/** Milliseconds for which a statement on a host that is down may still wait, from the later of its start and the host's failure. */
const DOWN_PATIENCE = 800
/**
 * Milliseconds of silence after which a probe under way gets only half of its time, and a host without an open probe connection is
 * suspected too.
 */
const OVERDUE_AT_LEAST = 100

/**
 * Finds hosts that owe answers and give none at all. One slow statement does not make a host unresponsive: the host answers other
 * statements meanwhile, or the probe. One timer for the whole pool checks every host every 10 milliseconds while a connection is
 * in use, validated or cleaned. No statement has a timer of its own. The timer also keeps the process alive, which spares each
 * checkout the calls of `ref` and `unref` on its socket.
 */
export class UnresponsiveHosts<R extends Resource> {
  readonly #state: PoolState<R>
  #timer: Timer | undefined
  #stopped = false

  constructor(state: PoolState<R>) {
    this.#state = state
  }

  /** Whether the timer runs: a connection is in use or a caller waits. */
  get isLooking(): boolean {
    return this.#timer !== undefined
  }

  /** Starts the checks. They go on while a connection is checked out, validated or cleaned, or a caller waits. */
  start(): void {
    if (this.#timer === undefined && !this.#stopped) this.#setTimer()
  }

  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
  }

  // Not part of `start`, which every checkout calls: a function with a closure in it is slower even when it does not make one.
  #setTimer(): void {
    this.#timer = this.#state.env.clock.after(LOOK_EVERY, () => this.#look())
  }

  #look(): void {
    this.#timer = undefined
    const { env, hostPools, connections, waitQueue, checkouts, actions } = this.#state
    const now = env.clock.now()
    // The checks go on while callers wait, because the reserve of the bulkhead ends by the passing of time.
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
    // A waiter may need another connection than the one promised to it, on a host that is unresponsive now.
    actions.changed()
    if (hostPools.anyUnresponsive)
      for (const hostPool of hostPools.all) if (hostPool.host.unresponsive && hostPool.asked) tellBorrowers(hostPool)
  }

  /** Fails statements that have waited too long on a host that is down, so that their connections can be replaced. */
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
      // A healthy host answers the probe, even while Galera holds up the writes on every host.
      hostPool.asked = watch.suspected(host)
      if (hostPool.asked) hostPool.answersBy = now + between(ASKED_AT_LEAST, 2 * usual, ASKED_AT_MOST)
      else if (overdue) hostPool.answersBy = now + ASKED_AT_MOST
    }
    if (overdue) watch.unresponsive(host)
    return now >= hostPool.answersBy
  }

  /** Milliseconds for which the host has owed an answer and given none at all. */
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
 * Milliseconds for which a host has been silent, by one unanswered statement. A long wait counts only after a silence of half its
 * length: a report that runs for minutes must not cause ten probes a second.
 */
function silenceSince(askedAt: number, lastResponseAt: number, now: number): number {
  const silence = now - Math.max(lastResponseAt, askedAt)
  return silence >= (now - askedAt) / 2 ? silence : 0
}

/** Called only if a probe was sent. Without a probe, the silence may be nothing but one slow statement. */
function tellBorrowers<R extends Resource>({ inUse }: HostPool<R>): void {
  for (const { state, resource } of Array.from(inUse)) if (state === ConnectionState.inUse) resource.hostUnresponsive()
}

function between(least: number, wanted: number, most: number): number {
  return Math.min(most, Math.max(least, wanted))
}
