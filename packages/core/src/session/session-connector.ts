import type { Clock } from '../clock.js'
import type { ConnectionConfig } from '../config/pool-config.js'
import type { ConnectAttempt, Driver } from '../driver/port.js'
import { classifyConnectFailure, ErrorClass, isApplicationFault } from '../errors/error-class.js'
import { HostpoolError } from '../errors/hostpool-error.js'
import type { ApplicationWork } from '../host-timer.js'
import type { Host } from '../hosts/host.js'
import type { Attempt, Blame, Connector, ConnectorListener } from '../pool/resource.js'
import { connectTimeoutError } from './connect-timeout.js'
import { Session } from './session.js'
import type { SessionSetup } from './session-setup.js'

/** Opens sessions. The connect and the set-up of a session together must end within `connectTimeout`. */
export class SessionConnector implements Connector<Session> {
  readonly #driver: Driver
  readonly #clock: Clock
  readonly #config: ConnectionConfig
  readonly #setup: SessionSetup

  constructor(driver: Driver, clock: Clock, config: ConnectionConfig, setup: SessionSetup) {
    this.#driver = driver
    this.#clock = clock
    this.#config = config
    this.#setup = setup
  }

  connect(host: Host, listener: ConnectorListener<Session>): Attempt {
    const { connectTimeout } = this.#config
    const application = new ApplicationTime(this.#clock)
    let handshake: ConnectAttempt | undefined
    let session: Session | undefined
    let settled = false
    const settle = (): boolean => {
      if (settled) return false
      settled = true
      timer?.cancel()
      return true
    }
    const fail = (error: Error, blame = blameOf(error), letIn = false): void => {
      if (!settle()) return
      handshake?.abort()
      session?.destroy()
      listener.failed({ error, blame, letIn })
    }
    const timer =
      connectTimeout === 0
        ? undefined
        : this.#clock.after(connectTimeout, () => {
            const culprit = application.culprit(connectTimeout)
            fail(
              culprit === undefined
                ? connectTimeoutError(host.name, connectTimeout)
                : applicationTimeoutError(host.name, connectTimeout, culprit),
            )
          })
    const work: ApplicationWork = (what) => {
      if (settled) return
      application.note(what)
      listener.application(what)
    }
    handshake = this.#driver.connect(
      { host: host.config, connection: this.#config },
      (error, connection) => {
        if (connection === undefined) {
          fail(error ?? new Error('The connect failed without an error'))
          return
        }
        session = new Session(connection, this.#setup, host)
        const opened = session
        opened.prepare((failure) => {
          // An error of onConnect may be about this host: its version, or a missing table.
          if (failure !== null && opened.alive) fail(failure, setupBlame(failure))
          else if (failure !== null) fail(failure, 'host', true)
          else if (settle()) listener.connected(opened)
        }, work)
      },
      work,
    )
    return {
      abort: () => {
        if (!settle()) return
        handshake?.abort()
        session?.destroy()
      },
    }
  }
}

/** The share of a connect's time that the application's own code takes. */
class ApplicationTime {
  readonly #clock: Clock
  #atWork: string | undefined
  #last: string | undefined
  #since = 0
  #total = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  note(what: string | undefined): void {
    const now = this.#clock.now()
    if (this.#atWork !== undefined) this.#total += now - this.#since
    this.#atWork = what
    this.#last = what ?? this.#last
    this.#since = now
  }

  /**
   * The application's function that is still at work, or has left the server less than half of the time. Undefined where the
   * server had its time.
   */
  culprit(limit: number): string | undefined {
    if (this.#atWork !== undefined) return `${this.#atWork} has not answered yet`
    const taken = Math.round(this.#total)
    return taken > limit / 2 ? `${this.#last} took ${taken} ms of them` : undefined
  }
}

function applicationTimeoutError(host: string, milliseconds: number, culprit: string): HostpoolError {
  const message = `No connection to ${host} within connectTimeout (${milliseconds} ms): ${culprit}`
  return new HostpoolError('ERR_HOSTPOOL_CONFIG', message, { host })
}

function setupBlame(error: Error): Blame {
  return isApplicationFault(error) ? 'configuration' : blameOf(error, 'configuration')
}

/** @param otherwise - the blame for an error that the table does not know, on a connection that is open */
function blameOf(error: Error, otherwise: Blame = 'host'): Blame {
  if (isApplicationFault(error)) return 'application'
  switch (classifyConnectFailure(error)) {
    case ErrorClass.configuration:
      return 'configuration'
    case ErrorClass.overload:
      return 'overload'
    case ErrorClass.notReady:
      return 'host'
    default:
      return otherwise
  }
}
