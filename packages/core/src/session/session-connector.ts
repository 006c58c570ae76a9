import type { Clock } from '../clock.js'
import { askPassword } from '../config/ask-password.js'
import type { ConnectionConfig } from '../config/pool-config.js'
import type { ConnectAttempt, Driver } from '../driver/port.js'
import { ErrorClass, classifyConnectFailure } from '../errors/classify.js'
import type { Host } from '../hosts/host.js'
import type { Attempt, Blame, Connector, ConnectorListener } from '../pool/resource.js'
import { connectTimeoutError } from './connect-timeout.js'
import { Session } from './session.js'
import type { SessionSetup } from './session-setup.js'

/** Opens sessions: asks for the password, connects, sets the session up; all of it within `connectTimeout`. */
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
        : this.#clock.after(connectTimeout, () => fail(connectTimeoutError(host.name, connectTimeout)))
    askPassword(this.#config.password).then(
      (password) => {
        if (settled) return
        handshake = this.#driver.connect(
          { host: host.config, connection: this.#config, password },
          (error, connection) => {
            if (connection === undefined) {
              fail(error ?? new Error('The connect failed without an error'))
              return
            }
            session = new Session(connection, this.#setup, host)
            const opened = session
            opened.prepare((failure) => {
              if (failure !== null && opened.alive) fail(failure, blameOf(failure, 'configuration'))
              else if (failure !== null) fail(failure, 'host', true)
              else if (settle()) listener.connected(opened)
            })
          },
        )
      },
      (error: unknown) => fail(error instanceof Error ? error : new Error(String(error)), 'configuration'),
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

/** @param otherwise - for an error that the table does not know, on a connection that is open */
function blameOf(error: Error, otherwise: Blame = 'host'): Blame {
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
