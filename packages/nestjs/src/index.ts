export { HostpoolHealthIndicator } from './hostpool-health-indicator.js'
export type { HealthIndicatorOptions, HostpoolHealthResult } from './hostpool-health-indicator.js'
export { HostpoolModule } from './hostpool.module.js'
export type {
  HostpoolModuleAsyncOptions,
  HostpoolModuleSettings,
  HostpoolOptionsFactory,
  PoolConfiguration,
} from './hostpool-module-options.js'
export type { HostHealth, PoolHealth, ReadinessOptions } from './pool-health.js'
export { getPoolToken, InjectPool } from './pool-token.js'
