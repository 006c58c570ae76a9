export { mysql2Module } from './mysql2-module.js'
export type { Mysql2Module } from './mysql2-module.js'
export { mysql2Pool } from './mysql2-pool.js'
export type { Mysql2Pool, Mysql2PoolOptions } from './mysql2-pool.js'
