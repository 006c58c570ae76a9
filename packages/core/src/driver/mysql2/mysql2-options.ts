import type { ConnectionOptions } from 'mysql2'

import type { ConnectionConfig, HostConfig } from '../../config/pool-config.js'
import type { ApplicationWork } from '../../host-timer.js'
import type { ConnectTarget } from '../port.js'
import { sharedLookup } from './shared-lookup.js'
import { openSocket } from './socket.js'
import { watchedPlugins } from './watched-plugins.js'

/**
 * TLS settings for mysql2, one object per configuration. mysql2 writes into this object, and connections share TLS sessions by
 * its identity.
 */
const tlsSettings = new WeakMap<object, object>()

/**
 * The options for mysql2's `createConnection`. Options of mysql2's pools are never passed on, and the time limit is the
 * connector's.
 */
export function connectionOptions(
  { host, connection, password }: ConnectTarget,
  work: ApplicationWork = () => undefined,
): ConnectionOptions {
  const { flags, authPlugins, infileStreamFactory } = connection
  const options: Record<string, unknown> = {
    ...addressOptions(host, connection),
    connectTimeout: 0,
    charset: connection.charset,
    multipleStatements: connection.multipleStatements,
    compress: connection.compress,
    enableKeepAlive: connection.enableKeepAlive,
    keepAliveInitialDelay: connection.keepAliveInitialDelay,
    connectAttributes: { ...connection.connectAttributes },
    maxPreparedStatements: connection.maxPreparedStatements,
    enableCleartextPlugin: connection.enableCleartextPlugin,
    disableEval: connection.disableEval,
    flags: flags.includes('LOCAL_FILES') ? [...flags] : [...flags, '-LOCAL_FILES'],
  }
  if (connection.user !== undefined) options['user'] = connection.user
  if (password !== undefined) options['password'] = password
  if (connection.database !== undefined) options['database'] = connection.database
  if (connection.ssl !== false) options['ssl'] = tlsOf(connection.ssl)
  if (connection.localAddress !== undefined) options['localAddress'] = connection.localAddress
  if (authPlugins !== undefined) options['authPlugins'] = watchedPlugins(authPlugins, work)
  if (infileStreamFactory !== undefined) options['infileStreamFactory'] = infileStreamFactory
  return options
}

function addressOptions(host: HostConfig, connection: ConnectionConfig): Record<string, unknown> {
  if (connection.socketPath !== undefined) return { socketPath: connection.socketPath }
  const { enableKeepAlive, keepAliveInitialDelay, localAddress } = connection
  return {
    host: host.host,
    port: host.port,
    stream: () =>
      openSocket(
        {
          host: host.host,
          port: host.port,
          lookup: sharedLookup.forSocket,
          noDelay: true,
          keepAlive: enableKeepAlive,
          keepAliveInitialDelay,
          ...(localAddress === undefined ? {} : { localAddress }),
        },
        connection.ssl === false,
      ),
  }
}

function tlsOf(ssl: Exclude<ConnectionConfig['ssl'], false>): string | object {
  if (typeof ssl === 'string') return ssl
  const known = tlsSettings.get(ssl)
  if (known !== undefined) return known
  const settings = { ...ssl }
  tlsSettings.set(ssl, settings)
  return settings
}
