import { Inject } from '@nestjs/common'

const DEFAULT_NAME = 'default'

/** The name that a pool has in an application, where none was given. */
export function poolName(name: string | undefined): string {
  return name ?? DEFAULT_NAME
}

/**
 * The injection token of a pool.
 * @param name - the `name` of its module; the pool without a name by default
 */
export function getPoolToken(name?: string): string {
  // A text, and no symbol: an application may load both builds of this package, and Nest's messages show the token.
  return `HostpoolPool:${poolName(name)}`
}

/**
 * Injects a pool: `constructor(@InjectPool() pool: Pool)`.
 * @param name - the `name` of its module; the pool without a name by default
 */
export function InjectPool(name?: string): PropertyDecorator & ParameterDecorator {
  return Inject(getPoolToken(name))
}
