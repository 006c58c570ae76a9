import type { Pool } from '@mysql-hostpool/core'
import { Inject, Module } from '@nestjs/common'
import type { DynamicModule, OnApplicationShutdown, Provider } from '@nestjs/common'
import { ModulesContainer } from '@nestjs/core'

import { HostpoolHealthIndicator } from './hostpool-health-indicator.js'
import type {
  HostpoolModuleAsyncOptions,
  HostpoolModuleSettings,
  HostpoolOptionsFactory,
  PoolConfiguration,
} from './hostpool-module-options.js'
import { PoolLifecycle } from './pool-lifecycle.js'
import { PoolNames } from './pool-names.js'
import { getPoolToken, poolName } from './pool-token.js'
import { refusal, refuseUnknown } from './refuse.js'
import { shutDownLast } from './shut-down-last.js'

/** Tokens inside of one module, which no other module injects. */
const CONFIGURATION = 'HostpoolConfiguration'
const SETTINGS = 'HostpoolSettings'

const settingNames: readonly (keyof HostpoolModuleSettings)[] = ['name', 'isGlobal', 'logEvents', 'endOnShutdown']
const sources = ['useFactory', 'useClass', 'useExisting'] as const
const asyncNames: readonly (keyof HostpoolModuleAsyncOptions)[] = [
  ...settingNames,
  ...sources,
  'imports',
  'inject',
  'extraProviders',
]

/**
 * A pool for the modules of a Nest application: inject it with `@InjectPool()`.
 *
 * On shutdown the pool is ended after everything else: Nest first waits for requests under way, and then calls the hooks
 * `onApplicationShutdown` of all other modules, which destroy a DataSource of `@nestjs/typeorm`, for example. Nest calls the
 * hooks of an application on `app.close()`, and on signals after `app.enableShutdownHooks()`.
 */
@Module({})
export class HostpoolModule implements OnApplicationShutdown {
  readonly #lifecycle: PoolLifecycle

  /** @hidden Nest makes the module. */
  constructor(@Inject(PoolLifecycle) lifecycle: PoolLifecycle) {
    this.#lifecycle = lifecycle
  }

  /**
   * @param configuration - a pool, which is shared, or the options or the URL of a pool, which the module makes and ends
   * @throws ERR_HOSTPOOL_CONFIG for unknown settings; the application does not start with a wrong configuration of the pool, or with
   * two pools of one name.
   */
  static forRoot(configuration: PoolConfiguration, settings: HostpoolModuleSettings = {}): DynamicModule {
    refuseUnknown('HostpoolModule.forRoot()', settings, settingNames)
    return dynamicModule(settings, [{ provide: CONFIGURATION, useValue: configuration }])
  }

  /**
   * As `forRoot`, with a configuration from a factory or a class, which may be asynchronous.
   * @throws ERR_HOSTPOOL_CONFIG for unknown settings, and where there is not exactly one of `useFactory`, `useClass` and
   * `useExisting`.
   */
  static forRootAsync(options: HostpoolModuleAsyncOptions): DynamicModule {
    refuseUnknown('HostpoolModule.forRootAsync()', options, asyncNames)
    const { imports = [], extraProviders = [] } = options
    const module = dynamicModule(options, [...configurationProviders(options), ...extraProviders])
    return { ...module, imports }
  }

  /** Ends the pool, where this is the module's to do. Nest calls this. */
  async onApplicationShutdown(): Promise<void> {
    await this.#lifecycle.end()
  }
}

function dynamicModule(given: HostpoolModuleSettings, providers: readonly Provider[]): DynamicModule {
  const { name, isGlobal = true } = given
  // An object of this module alone, by which the module is found among the modules of the application.
  const settings = { ...given }
  return {
    module: HostpoolModule,
    global: isGlobal,
    providers: [
      ...providers,
      { provide: SETTINGS, useValue: settings },
      {
        provide: PoolLifecycle,
        inject: [CONFIGURATION, ModulesContainer],
        useFactory: (configuration: PoolConfiguration, modules: ModulesContainer): PoolLifecycle => {
          PoolNames.of(modules).take(poolName(name))
          shutDownLast(modules, (provider) => provider === settings)
          return new PoolLifecycle(configuration, settings)
        },
      },
      { provide: getPoolToken(name), inject: [PoolLifecycle], useFactory: ({ pool }: PoolLifecycle): Pool => pool },
      HostpoolHealthIndicator,
    ],
    exports: [getPoolToken(name), HostpoolHealthIndicator],
  }
}

function configurationProviders(options: HostpoolModuleAsyncOptions): Provider[] {
  const { name, inject = [], useFactory, useClass, useExisting } = options
  const given = sources.filter((source) => options[source] !== undefined)
  if (given.length !== 1) {
    const found = given.length === 0 ? 'none' : given.join(' and ')
    throw refusal('HostpoolModule.forRootAsync()', `give one of ${sources.join(', ')}; there is ${found}`)
  }
  if (useFactory !== undefined) return [{ provide: CONFIGURATION, inject, useFactory: useFactory as () => unknown }]
  const asked = useClass ?? useExisting
  if (asked === undefined) return []
  return [
    ...(useClass === undefined ? [] : [useClass]),
    {
      provide: CONFIGURATION,
      inject: [asked],
      useFactory: (factory: HostpoolOptionsFactory) => factory.createHostpoolOptions(name),
    },
  ]
}
