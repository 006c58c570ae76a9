import { createConnection } from 'mysql2'

import type { ApplicationWork } from '../../host-timer.js'
import type { ConnectAttempt, ConnectListener, ConnectTarget, Driver } from '../port.js'
import { Mysql2Connection } from './mysql2-connection.js'
import type { Handshake, RawConnection } from './mysql2-internals.js'
import { connectionOptions } from './mysql2-options.js'
import { guardPackets } from './packet-guard.js'
import { PreparedShare } from './prepared-share.js'
import { upgradeToTls } from './tls-upgrade.js'
import { withHost } from './with-host.js'

/** The prepared-statement share of each pool and server, by the pool's configuration and the host's name. */
const shares = new WeakMap<object, Map<string, PreparedShare>>()

/** The driver port over mysql2. */
export const mysql2Driver: Driver = {
  connect(target: ConnectTarget, listener: ConnectListener, work?: ApplicationWork): ConnectAttempt {
    const {
      host,
      connection: { fastPath },
    } = target
    let raw: RawConnection
    try {
      raw = createConnection(connectionOptions(target, work)) as unknown as RawConnection
      if (target.connection.ssl !== false) upgradeToTls(raw, target)
    } catch (error) {
      // mysql2 throws synchronously for an unknown charset or TLS profile.
      const immediate = setImmediate(listener, withHost(error, target.host.name))
      return { abort: () => clearImmediate(immediate) }
    }
    let settled = false
    const onError = (error: Error): void => {
      if (settled) return
      settled = true
      raw.stream.destroy()
      listener(withHost(error, target.host.name))
    }
    // The guard's error arrives with the end of the socket, like any other error of the connection.
    guardPackets(raw, () => undefined)
    // This listener stays on a connection that is given up: an 'error' event without a listener would end the process.
    raw.on('error', onError)
    raw.once('connect', (handshake: Handshake) => {
      if (settled) return
      settled = true
      const connection = new Mysql2Connection(raw, host.name, handshake, shareOf(target), fastPath)
      // Mysql2Connection listens from now on; this listener would keep everything alive that the connect needed.
      raw.off('error', onError)
      listener(null, connection)
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

function shareOf({ host, connection }: ConnectTarget): PreparedShare {
  let byHost = shares.get(connection)
  if (byHost === undefined) shares.set(connection, (byHost = new Map()))
  let share = byHost.get(host.name)
  if (share === undefined) {
    share = new PreparedShare(connection.maxPreparedStatements, () => performance.now())
    byHost.set(host.name, share)
  }
  return share
}
