import type { Tracer } from '../channels/tracer.js'
import type { Clock } from '../clock.js'
import type { ConnectionConfig, HealthConfig } from '../config/pool-config.js'
import type { Driver } from '../driver/port.js'
import { ACCEPTED } from '../hosts/belonging.js'
import { UNHEARD } from '../hosts/succession.js'
import type { Host } from '../hosts/host.js'
import type { HostSet } from '../hosts/host-set.js'
import type { Random } from '../selectors/selector.js'
import type { PoolEmitter } from '../pool/emitter.js'
import type { HostWatch } from '../pool/host-watch.js'
import { type CheckDone, type CheckRequest, HostMonitor } from './host-monitor.js'
import { Prober } from './prober.js'

export interface MonitorEnvironment {
  readonly clock: Clock
  readonly random: Random
  readonly driver: Driver
  readonly hosts: HostSet
  readonly emitter: PoolEmitter
  readonly tracer: Tracer
}

/** Milliseconds between two probes of a host whose statements take long now and then. */
const ASKING_PAUSE = 100

/**
 * Watches all hosts of a pool. An observation of the engine changes the condition of the host at once; then a probe checks it.
 */
export class Monitor implements HostWatch {
  readonly #config: ConnectionConfig
  readonly #health: HealthConfig
  readonly #env: MonitorEnvironment
  readonly #monitors = new Map<Host, HostMonitor>()
  /** The subjects of the warnings so far: one warning is enough for all hosts. */
  readonly #told = new Set<string>()
  #started = false

  constructor(config: ConnectionConfig, health: HealthConfig, env: MonitorEnvironment) {
    this.#config = config
    this.#health = health
    this.#env = env
    for (const host of env.hosts.all) this.#add(host)
    env.hosts.onChange((host, before) => {
      if (host.removed) this.#remove(host)
      else if (before === undefined) this.#add(host)
    })
  }

  /** Starts the probes. A pool that is never used sends no probe. */
  start(): void {
    if (this.#started) return
    this.#started = true
    for (const monitor of this.#monitors.values()) monitor.start()
  }

  stop(): void {
    for (const monitor of this.#monitors.values()) monitor.stop()
    this.#monitors.clear()
  }

  /**
   * Probes a host now.
   * @param done - called exactly once, never synchronously, after the host's condition has taken in the result
   */
  requestCheck(host: Host, request: CheckRequest, done?: CheckDone): void {
    const monitor = this.#monitors.get(host)
    if (monitor !== undefined) monitor.requestCheck(request, done)
    else if (done !== undefined) queueMicrotask(() => done(null))
  }

  /** Accepts a host as it is now: forgets its former cluster and its former source. */
  accept(host: Host): void {
    host.belonging = ACCEPTED
    host.succession = { ...UNHEARD, accepted: true }
    this.#monitors.get(host)?.requestCheck({ fresh: true, cause: 'noticed' })
  }

  /**
   * Probes every host whose last answer is older than `within` milliseconds.
   * @param timeout - milliseconds to wait for the answers
   * @param done - called exactly once, with an entry for each host: null for an answer, or the error of the probe; no entry where
   * no answer came in time
   */
  check(within: number, timeout: number, done: (heard: ReadonlyMap<Host, Error | null>) => void): void {
    const heard = new Map<Host, Error | null>()
    let over = false
    let missing = this.#monitors.size
    const end = (): void => {
      if (over) return
      over = true
      timer.cancel()
      done(heard)
    }
    // This timer keeps the process alive, because a caller waits.
    const timer = this.#env.clock.after(timeout, end)
    for (const [host, monitor] of this.#monitors) {
      monitor.requestCheck({ within }, (error) => {
        if (!over) heard.set(host, error)
        missing -= 1
        if (missing === 0) end()
      })
    }
  }

  connected(host: Host): void {
    this.#env.hosts.signal(host, { kind: 'contacted' })
    this.#monitors.get(host)?.connectionOpened()
  }

  connectFailed(host: Host, error: Error, startedAt: number): void {
    this.#monitors.get(host)?.connectFailed(error, startedAt)
  }

  handshakeOverdue(host: Host): void {
    this.#monitors.get(host)?.requestCheck({ cause: 'noticed' })
  }

  suspected(host: Host): boolean {
    return this.#monitors.get(host)?.requestCheck({ within: ASKING_PAUSE, cause: 'suspected' }) === true
  }

  unresponsive(host: Host): void {
    this.#monitors.get(host)?.requestCheck({ cause: 'overdue' })
  }

  connectionLost(host: Host, error: Error): void {
    this.#env.hosts.signal(host, { kind: 'doubtful', reason: `a connection was lost: ${error.message}`, error })
    this.#monitors.get(host)?.requestCheck({ cause: 'noticed' })
  }

  /**
   * A statement was refused because the server is not ready.
   * @param openedAt - the time at which its connection's connect began
   */
  refused(host: Host, error: Error, openedAt: number): void {
    this.#monitors.get(host)?.statementRefused(error, openedAt)
  }

  /** A write was refused because the server is read-only. @param explained - whether one of the server's settings says so */
  readOnly(host: Host, error: Error, explained: boolean): void {
    this.#monitors.get(host)?.writeRefused(error, explained)
    // Another host may have become the writer.
    for (const [other, monitor] of this.#monitors) if (other !== host) monitor.requestCheck({ cause: 'noticed' })
  }

  #add(host: Host): void {
    const { driver, clock, hosts, random, tracer } = this.#env
    const warn = (about: Host, subject: string, message: string): void => this.#warn(about, subject, message)
    const prober = new Prober({
      driver,
      clock,
      connection: this.#config,
      health: this.#health,
      host,
      warn,
      flowSilent: (openedAt) => hosts.noteSilentFlows(host, openedAt),
    })
    const monitor = new HostMonitor(host, prober, this.#health, {
      clock,
      random,
      hosts,
      tracer,
      warn,
      learnt: (about) => this.#askStrangers(about),
    })
    this.#monitors.set(host, monitor)
    if (this.#started) monitor.start()
  }

  /** Probes the hosts of no known cluster again, because one host belongs to a cluster. */
  #askStrangers(host: Host): void {
    for (const [other, monitor] of this.#monitors) {
      if (other !== host && other.belonging.cluster === undefined) monitor.requestCheck({ cause: 'noticed' })
    }
  }

  #warn(host: Host, subject: string, message: string): void {
    if (this.#told.has(subject)) return
    this.#told.add(subject)
    this.#env.emitter.emit('warning', { host: host.name, message })
  }

  #remove(host: Host): void {
    this.#monitors.get(host)?.stop()
    this.#monitors.delete(host)
  }
}
