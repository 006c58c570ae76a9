import type { PoolOptions } from '../../config/options.js'
import { POOL_DECODING } from './decodings.js'
import type { LifeOptions } from './operation.js'
import { OWN_SCHEMA, OWN_USER, SET_UP_ZONE } from './server-session.js'

/** The options of the pool of a life. */
export function poolOptions(options: LifeOptions): PoolOptions {
  const { hosts, cluster, probes, setsUp, database, autocommit, tracking: _, rollbackOnTimeout: __, ...pool } = options
  const variables = { ...(setsUp ? { time_zone: SET_UP_ZONE } : {}), ...(autocommit ? {} : { autocommit: 0 }) }
  return {
    ...pool,
    host: Array.from({ length: hosts }, (_, index) => `h${index}`),
    user: OWN_USER,
    ...(database ? { database: OWN_SCHEMA } : {}),
    timezone: POOL_DECODING,
    connectTimeout: 2000,
    multipleStatements: true,
    flags: ['LOCAL_FILES'],
    health: { probe: probes ? cluster : false },
    sessionVariables: variables,
    ...(setsUp
      ? {
          onConnect: async (connection) => {
            await connection.query('SET @hook = 1')
          },
        }
      : {}),
  }
}
