import type { ConnectionConfig, PoolConfig } from './pool-config.js'

/** Options that are secrets or may contain one. */
type Secret = 'password' | 'ssl' | 'authPlugins' | 'infileStreamFactory'

/** The configuration of a pool, with every default filled in, frozen, and without secrets. */
export type PublicConfig = Omit<PoolConfig, 'connection' | 'onConnect'> & {
  /** The settings of the driver for each connection. */
  readonly connection: Omit<ConnectionConfig, Secret> & {
    /** Whether connections are encrypted. */
    readonly ssl: boolean
  }
}

export function withoutSecrets(config: PoolConfig): PublicConfig {
  const { connection, onConnect: _hook, ...rest } = config
  const { password: _password, ssl, authPlugins: _plugins, infileStreamFactory: _factory, ...open } = connection
  return Object.freeze({ ...rest, connection: Object.freeze({ ...open, ssl: ssl !== false }) })
}
