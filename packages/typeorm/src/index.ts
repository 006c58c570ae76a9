export { typeormDriver } from './typeorm-driver.js'
export type { DriverOptions } from './data-source-options.js'
export type { PoolCluster } from './pool-cluster.js'
export type { TypeormDriver } from './typeorm-driver.js'
