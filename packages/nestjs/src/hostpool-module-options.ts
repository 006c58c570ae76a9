import type { LogEventsOptions, Pool, PoolOptions } from '@mysql-hostpool/core'
import type { DynamicModule, FactoryProvider, Provider, Type } from '@nestjs/common'

/** A pool, which the module shares, or the options or the URL of a pool, which the module makes and ends. */
export type PoolConfiguration = Pool | PoolOptions | string

/** The settings of a module. */
export interface HostpoolModuleSettings {
  /** The name of the pool in this application, for `@InjectPool(name)`. Default: none, which is a name of its own. */
  readonly name?: string | undefined
  /** Whether every module of the application can inject the pool without importing HostpoolModule. Default: true. */
  readonly isGlobal?: boolean | undefined
  /** Whether the events of the pool are written to Nest's logger, or how; see `logEvents` of core. Default: true. */
  readonly logEvents?: boolean | LogEventsOptions | undefined
  /**
   * Whether the pool is ended when the application shuts down, after everything else. Default: true for a pool that the module
   * has made, false for one that it was given.
   */
  readonly endOnShutdown?: boolean | undefined
}

/** A class that makes the configuration of a pool. */
export interface HostpoolOptionsFactory {
  /**
   * Makes the configuration of a pool.
   * @param name - the `name` in the settings of the module that asks
   */
  createHostpoolOptions(name?: string): PoolConfiguration | Promise<PoolConfiguration>
}

/** `HostpoolModule.forRootAsync()` takes exactly one of `useFactory`, `useClass` and `useExisting`. */
export interface HostpoolModuleAsyncOptions extends HostpoolModuleSettings {
  /** Modules with what the factory needs. */
  readonly imports?: DynamicModule['imports']
  /** The tokens of the arguments of `useFactory`. */
  readonly inject?: FactoryProvider['inject']
  /**
   * A function that makes the configuration. `inject` names its arguments and decides their types; Nest's own modules type them
   * in the same way.
   */
  readonly useFactory?: ((...injected: never[]) => PoolConfiguration | Promise<PoolConfiguration>) | undefined
  /** A class that Nest makes for this module. */
  readonly useClass?: Type<HostpoolOptionsFactory> | undefined
  /** A class of which the application has an instance. */
  readonly useExisting?: Type<HostpoolOptionsFactory> | undefined
  /** Providers that the factory needs besides. */
  readonly extraProviders?: readonly Provider[] | undefined
}
