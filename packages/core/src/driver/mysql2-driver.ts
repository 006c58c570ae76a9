import { createConnection } from 'mysql2'

import type { ConnectAttempt, ConnectListener, ConnectTarget, Driver } from './port.js'
import { Mysql2Connection } from './mysql2-connection.js'
import type { Handshake, RawConnection } from './mysql2-internals.js'
import { connectionOptions } from './mysql2-options.js'
import { withHost } from './with-host.js'

/** The driver port over mysql2. */
export const mysql2Driver: Driver = {
  connect(target: ConnectTarget, listener: ConnectListener): ConnectAttempt {
    let raw: RawConnection
    try {
      raw = createConnection(connectionOptions(target)) as unknown as RawConnection
    } catch (error) {
      // mysql2 throws at once for a charset or a TLS profile that it does not know.
      const immediate = setImmediate(listener, withHost(error, target.host.name))
      return { abort: () => clearImmediate(immediate) }
    }
    let settled = false
    // This listener stays for the connection's whole life: an 'error' event without one would end the process.
    raw.on('error', (error: Error) => {
      if (settled) return
      settled = true
      raw.stream.destroy()
      listener(withHost(error, target.host.name))
    })
    raw.once('connect', (handshake: Handshake) => {
      if (settled) return
      settled = true
      listener(null, new Mysql2Connection(raw, target.host.name, handshake))
    })
    return {
      abort: () => {
        if (settled) return
        settled = true
        raw.stream.destroy()
        raw.destroy()
      },
    }
  },
}
