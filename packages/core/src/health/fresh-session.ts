import type { Clock, Timer } from '../clock.js'
import { askPassword } from '../config/ask-password.js'
import type { ConnectionConfig } from '../config/pool-config.js'
import type { ConnectAttempt, Driver } from '../driver/port.js'
import type { Host } from '../hosts/host.js'
import { ProbeImpossible } from './probe-errors.js'
import { ProbeSession } from './probe-session.js'

export interface FreshSessionEnvironment {
  readonly driver: Driver
  readonly clock: Clock
  readonly connection: ConnectionConfig
  readonly host: Host
}

export interface FreshSessionListener {
  /** The connect begins now: what went before was the application's time, and not the host's. */
  begun(): void
  opened(session: ProbeSession): void
  failed(error: Error): void
}

/** Opens a connection to ask a host over. After `abort` the listener is never called. */
export function openSession(env: FreshSessionEnvironment, listener: FreshSessionListener): ConnectAttempt {
  const { driver, clock, connection: config, host } = env
  let over = false
  let attempt: ConnectAttempt | undefined
  const patience: Timer = clock.afterIdly(config.connectTimeout, () => {
    over = true
    listener.failed(new ProbeImpossible(`the password function has not answered within ${config.connectTimeout} ms`))
  })
  askPassword(config.password).then(
    (password) => {
      patience.cancel()
      if (over) return
      const openedAt = clock.now()
      listener.begun()
      attempt = driver.connect({ host: host.config, connection: config, password }, (error, connection) => {
        if (over) return
        if (connection === undefined) {
          listener.failed(error ?? new Error('the connect failed without an error'))
          return
        }
        // A process is not kept alive by looking after its servers.
        connection.unref()
        listener.opened(new ProbeSession(connection, openedAt))
      })
    },
    (error: unknown) => {
      patience.cancel()
      if (!over) listener.failed(new ProbeImpossible(error instanceof Error ? error.message : String(error)))
    },
  )
  return {
    abort: () => {
      over = true
      patience.cancel()
      attempt?.abort()
    },
  }
}
