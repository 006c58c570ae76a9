import { CallContext, inOwnContext } from './call-context.js'
import type { AcquireSpan } from './channels/acquire-span.js'
import type { RetryCause } from './channels/retry-cause.js'
import { Tracer } from './channels/tracer.js'
import type { Clock } from './clock.js'
import { checkCall, checkWork } from './config/call-options.js'
import { type PoolConfig, readHost } from './config/pool-config.js'
import { type PublicConfig, withoutSecrets } from './config/public-config.js'
import type { Driver, StatementDone } from './driver/port.js'
import { Dialer } from './driver/dialer.js'
import { deferred } from './deferred.js'
import { createDiscovery } from './discovery/create-discovery.js'
import type { Discovery } from './discovery/discovery.js'
import { type Lookup, systemLookup } from './discovery/lookup.js'
import { HostControl } from './host-control.js'
import { emitHostEvents } from './health/host-events.js'
import { Monitor } from './health/monitor.js'
import { type Access, canServe } from './sql/access.js'
import type { Host } from './hosts/host.js'
import { HostSet } from './hosts/host-set.js'
import type { Random } from './selectors/selector.js'
import { createSelector } from './selectors/create-selector.js'
import { PoolEmitter } from './pool/emitter.js'
import { Engine } from './pool/engine.js'
import { checkListener } from './pool/event-names.js'
import type { PoolEventName, PoolListener } from './pool/events.js'
import { closedError } from './pool/acquire-errors.js'
import { type CheckOptions, type PoolCheck, takeCheck } from './pool/pool-check.js'
import { StatementCounts } from './pool/statement-counts.js'
import type { PoolStatus } from './pool/status.js'
import type { CheckoutDone } from './pool/waiter.js'
import type { CheckoutRequest } from './pool/wait-queue.js'
import type { Pool } from './pool.js'
import type { Decoding } from './sql/decoding.js'
import { callSite, failNamingCallers } from './lease/callers.js'
import { Decodings } from './lease/decodings.js'
import { kindOfStatement } from './lease/kind-of-statement.js'
import type { Lease, LeaseOptions, PoolTransactionOptions } from './lease/lease.js'
import { HedgeBudget } from './lease/hedge-budget.js'
import type { LeasePort, SessionCheckout } from './lease/lease-port.js'
import { PoolLease } from './lease/pool-lease.js'
import { runTransaction, type TransactionWork } from './lease/run-transaction.js'
import type { Session } from './session/session.js'
import { SessionConnector } from './session/session-connector.js'
import { SessionSetup } from './session/session-setup.js'
import { StatementKiller } from './lease/statement-killer.js'
import { StatementExecutor } from './lease/statement-executor.js'
import type { QueryResult, Row, StatementOptions, StatementResult, StatementValues } from './sql/statement.js'
import { StatementKinds } from './sql/statement-kind.js'
import { callbackError, toStatement } from './session/to-statement.js'

/** The clock, the randomness, the driver and the resolver of a pool: tests replace them. */
export interface PoolEnvironment {
  readonly clock: Clock
  readonly random: Random
  readonly driver: Driver
  /** Default: the system's resolver. */
  readonly lookup?: Lookup
}

const NO_OPTIONS: LeaseOptions = Object.freeze({})

/** The pool: makes the modules, connects them with each other, and passes each call on to the module that serves it. */
export class Hostpool implements Pool, LeasePort {
  readonly config: PublicConfig
  readonly clock: Clock
  readonly random: Random
  readonly hosts: HostControl
  readonly kinds = new StatementKinds()
  readonly decoding: Decoding
  readonly killer: StatementKiller
  readonly tracer: Tracer
  readonly trace: boolean
  readonly #hosts: HostSet
  readonly #emitter: PoolEmitter
  readonly #monitor: Monitor
  readonly #engine: Engine<Session>
  readonly #discovery: Discovery | undefined
  readonly #dialer: Dialer
  readonly #decodings: Decodings
  readonly #setup: SessionSetup
  readonly #hedges: HedgeBudget
  readonly #counters = new StatementCounts()
  #used = false

  constructor(config: PoolConfig, env: PoolEnvironment) {
    this.config = withoutSecrets(config)
    this.trace = config.trace
    this.clock = env.clock
    this.random = env.random
    const { connection, health, resetOnRelease, sessionVariables, onConnect } = config
    this.#emitter = new PoolEmitter(config.poolName)
    this.tracer = new Tracer({ pool: this, poolName: config.poolName, clock: env.clock })
    const { tracer } = this
    this.#hosts = new HostSet(config.hosts, env.clock)
    this.#decodings = new Decodings(config.decoding)
    this.decoding = this.#decodings.for(undefined)
    this.#hedges = new HedgeBudget(config.connectionLimit)
    this.hosts = new HostControl(
      this.#hosts,
      (host) => readHost(host, config),
      (host) => this.#monitor.accept(host),
    )
    emitHostEvents(this.#hosts, this.#emitter, tracer)
    const driver = new Dialer(env.driver, connection, env.clock)
    this.#dialer = driver
    this.#monitor = new Monitor(connection, health, {
      ...env,
      driver,
      hosts: this.#hosts,
      emitter: this.#emitter,
      tracer,
    })
    this.#setup = new SessionSetup({
      database: connection.database,
      charset: connection.charset,
      flags: connection.flags,
      resetOnRelease,
      sessionVariables,
      onConnect,
    })
    this.#engine = new Engine(config, {
      clock: env.clock,
      random: env.random,
      connector: new SessionConnector(driver, env.clock, connection, this.#setup),
      hosts: this.#hosts,
      selector: createSelector(config.selector, (problem) => this.#emitter.emit('warning', { message: problem })),
      watch: this.#monitor,
      emitter: this.#emitter,
      tracer,
    })
    this.killer = new StatementKiller({ ...env, driver, connection, timeout: config.validationTimeout })
    this.#discovery = createDiscovery(config, {
      ...env,
      driver,
      lookup: env.lookup ?? systemLookup,
      hosts: this.#hosts,
      tell: (message) => this.#emitter.emit('warning', { message }),
    })
  }

  decodingFor(given: Decoding | undefined): Decoding {
    return this.#decodings.for(given)
  }

  get noBackslashEscapes(): boolean {
    return this.#setup.noBackslashEscapes
  }

  get stopTimeout(): number {
    return this.config.validationTimeout
  }

  get retryReads(): boolean {
    return this.config.retryReads
  }

  get hostCount(): number {
    return this.#hosts.all.length
  }

  query<T extends StatementResult = Row[]>(
    sql: string | StatementOptions,
    values?: StatementValues,
    unexpected?: unknown,
  ): Promise<QueryResult<T>> {
    return this.#runOnce(false, sql, values, unexpected)
  }

  execute<T extends StatementResult = Row[]>(
    sql: string | StatementOptions,
    values?: StatementValues,
    unexpected?: unknown,
  ): Promise<QueryResult<T>> {
    return this.#runOnce(true, sql, values, unexpected)
  }

  getConnection(options: LeaseOptions = NO_OPTIONS): Promise<Lease> {
    try {
      if (typeof options === 'function') throw callbackError('getConnection()')
      if (options !== NO_OPTIONS) checkCall('getConnection', options)
      return this.#acquireLease(options)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  async withConnection<T>(work: (connection: Lease) => T | Promise<T>, options?: LeaseOptions): Promise<T> {
    checkWork('withConnection', work)
    const lease = await this.getConnection(options)
    try {
      return await work(lease)
    } finally {
      lease.release()
    }
  }

  async transaction<T>(work: TransactionWork<T>, options: PoolTransactionOptions = NO_OPTIONS): Promise<T> {
    checkWork('transaction', work)
    checkCall('transaction', options)
    return runTransaction((lease) => this.#acquireLease(lease), this, work, options)
  }

  refresh(): void {
    // The password may have been rotated: connections opened from now on use the current one.
    this.#dialer.renewPassword()
    this.#engine.refresh()
  }

  async check(options: CheckOptions = {}): Promise<PoolCheck> {
    checkCall('check', options)
    if (this.#engine.ended) throw closedError(this.config.poolName)
    this.#start()
    const { promise, resolve } = deferred<ReadonlyMap<Host, Error | null>>()
    this.#monitor.check(this.config.health.interval, options.timeout ?? this.config.connectTimeout, resolve)
    const heard = await promise
    if (this.#engine.ended) throw closedError(this.config.poolName)
    return takeCheck(this.#hosts.all, heard)
  }

  status(): PoolStatus {
    const status = this.#engine.status()
    return Object.freeze({
      ...status,
      counters: Object.freeze({ ...status.counters, ...this.#counters.snapshot() }),
    })
  }

  on<E extends PoolEventName>(event: E, listener: PoolListener<E>): this {
    checkListener('on', event, listener)
    this.#emitter.on(event, listener)
    return this
  }

  once<E extends PoolEventName>(event: E, listener: PoolListener<E>): this {
    checkListener('once', event, listener)
    this.#emitter.on(event, listener, true)
    return this
  }

  off<E extends PoolEventName>(event: E, listener: PoolListener<E>): this {
    checkListener('off', event, listener)
    this.#emitter.off(event, listener)
    return this
  }

  end(unexpected?: unknown): Promise<void> {
    if (unexpected !== undefined) return Promise.reject(callbackError('end()'))
    this.#discovery?.stop()
    this.#monitor.stop()
    return new Promise((resolve) => {
      this.#engine.end(resolve)
    })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.end()
  }

  acquire(request: CheckoutRequest, done: CheckoutDone<Session>, context?: CallContext): void {
    if (!this.#used) this.#start()
    const span = this.tracer.acquire(request.access, context)
    this.#engine.acquire(request, span === undefined ? done : ending(span, done))
  }

  noteAccess(checkout: SessionCheckout, access: Access, force: boolean): boolean {
    return this.#engine.noteAccess(checkout, access, force)
  }

  release(checkout: SessionCheckout, now?: number): void {
    this.#engine.release(checkout, now)
  }

  destroy(checkout: SessionCheckout): void {
    this.#engine.destroy(checkout)
  }

  anyServes(access: Access): boolean {
    return this.#hosts.all.some(({ serves }) => canServe(serves, access))
  }

  anyAnswers(access: Access): boolean {
    return this.#hosts.all.some(({ serves, unresponsive }) => !unresponsive && canServe(serves, access))
  }

  mayHedge(): boolean {
    return this.config.hedgeReads && this.#hedges.left(this.#engine.served)
  }

  noteHedge(): void {
    this.#hedges.take()
    this.#counters.noteHedge()
  }

  refused(host: Host, error: Error, openedAt: number): void {
    this.#monitor.refused(host, error, openedAt)
  }

  readOnly(host: Host, error: Error, explained: boolean): void {
    this.#monitor.readOnly(host, error, explained)
  }

  noteRetry(cause: RetryCause): void {
    this.#counters.noteRetry(cause)
  }

  noteUnknownOutcome(): void {
    this.#counters.noteUnknownOutcome()
  }

  /** @throws where the decoding options are wrong, before a connection is taken */
  #acquireLease(options: LeaseOptions): Promise<PoolLease> {
    if (options.decoding !== undefined) this.decodingFor(options.decoding)
    if (!this.#used) this.#start()
    const span = this.tracer.acquire(options.access)
    const taken = this.#engine.tryAcquire(options)
    if (taken === undefined) return this.#acquireLeaseLater(options, span)
    span?.acquired(taken.connection.hostPool.host.name)
    return Promise.resolve(new PoolLease(this, taken, options))
  }

  #acquireLeaseLater(options: LeaseOptions, span: AcquireSpan | undefined): Promise<PoolLease> {
    const site = this.trace ? callSite(this, 'getConnection') : undefined
    const { promise, resolve } = deferred<PoolLease>()
    const done: CheckoutDone<Session> = (error, checkout) => {
      if (checkout === undefined) {
        failNamingCallers(resolve, error ?? new Error('No connection and no error'), site)
      } else resolve(new PoolLease(this, checkout, options))
    }
    this.#engine.acquireLater(options, span === undefined ? done : ending(span, done))
    return promise
  }

  /** Starts the monitor and the discovery. The first checkout or `check()` calls this. */
  #start(): void {
    this.#used = true
    inOwnContext(() => {
      this.#monitor.start()
      this.#discovery?.start()
    }, undefined)
  }

  #runOnce<T>(
    prepared: boolean,
    sql: string | StatementOptions,
    values: StatementValues | undefined,
    unexpected: unknown,
  ): Promise<QueryResult<T>> {
    const site = this.trace ? callSite(this, prepared ? 'execute' : 'query') : undefined
    return new Promise((resolve) => {
      const statement = toStatement(sql, values, unexpected)
      // Throws if the decoding options are wrong, and so comes before a connection is taken.
      if (statement.decoding !== undefined) this.decodingFor(statement.decoding)
      const kind = kindOfStatement(this.kinds, statement, prepared, this.config.decoding)
      const access = statement.access ?? (kind.kind === 'read' ? 'read' : 'write')
      const what = prepared ? 'execute' : 'query'
      const span = this.tracer.statement(what, statement.sql, kind)
      const context = span?.context ?? new CallContext()
      let waits = false
      const arrived: CheckoutDone<Session> = (error, checkout) => {
        if (checkout === undefined) {
          const failure = error ?? new Error('No connection and no error')
          span?.end(failure)
          failNamingCallers(resolve, failure, site)
          return
        }
        const executor = new StatementExecutor(this, checkout, { access }, true)
        const done: StatementDone = (failure, result, fields) => {
          if (failure === null) resolve([result as T, fields as QueryResult<T>[1]])
          else failNamingCallers(resolve, failure, site)
        }
        executor.run(executor.operation(what, statement, kind, done, context, span), !waits)
      }
      this.acquire({ access, signal: statement.signal }, arrived, context)
      waits = true
    })
  }
}

/** Ends the span of an acquire, then tells its caller. */
function ending(span: AcquireSpan, done: CheckoutDone<Session>): CheckoutDone<Session> {
  return (error, checkout) => {
    if (checkout === undefined) span.failed(error ?? new Error('No connection and no error'))
    else span.acquired(checkout.connection.hostPool.host.name)
    done(error, checkout)
  }
}
