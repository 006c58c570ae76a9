export { mysql2Pool } from './mysql2-pool.js'
export type { Mysql2Pool, Mysql2PoolOptions } from './mysql2-pool.js'
