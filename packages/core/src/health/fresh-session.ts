import type { Clock } from '../clock.js'
import type { ConnectionConfig } from '../config/pool-config.js'
import type { ConnectAttempt, Driver } from '../driver/port.js'
import { isApplicationFault } from '../errors/error-class.js'
import type { ApplicationWork } from '../host-timer.js'
import type { Host } from '../hosts/host.js'
import { ProbeImpossible } from './probe-errors.js'
import { ProbeSession } from './probe-session.js'

export interface FreshSessionEnvironment {
  readonly driver: Driver
  readonly clock: Clock
  readonly connection: ConnectionConfig
  readonly host: Host
}

export type SessionDone = (error: Error | null, session?: ProbeSession) => void

/** Opens a connection for probes. @param work - called when code of the application starts and ends to run for the connect */
export function openSession(env: FreshSessionEnvironment, work: ApplicationWork, done: SessionDone): ConnectAttempt {
  const { driver, clock, connection: config, host } = env
  const openedAt = clock.now()
  return driver.connect(
    { host: host.config, connection: config },
    (error, connection) => {
      if (connection === undefined) {
        done(error !== null && isApplicationFault(error) ? new ProbeImpossible(error.message) : error)
        return
      }
      // Probes do not keep the process alive.
      connection.unref()
      done(null, new ProbeSession(connection, openedAt))
    },
    work,
  )
}
