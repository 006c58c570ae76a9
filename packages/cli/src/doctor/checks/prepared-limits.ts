import type { Check } from '../check.js'
import { reachedHosts } from '../reached.js'
import { numberOf } from '../values.js'

/** Whether each server has room for the statements that the pools keep prepared. */
export const preparedLimits: Check = {
  name: 'prepared-limits',
  weight: 50,
  run: (facts) => {
    const { processes = 1, connectionLimit, maxPreparedStatements } = facts.pool
    return reachedHosts(facts).flatMap((host) => {
      const most = numberOf(host.server.variables, 'max_prepared_stmt_count')
      const connections = Math.min(connectionLimit, host.connectionLimit)
      const wanted = processes * connections * maxPreparedStatements
      if (most === undefined || wanted <= most) return []
      const fitting = Math.floor(most / (processes * connections))
      return [
        {
          level: 'warning',
          hosts: [host.name],
          problem: `max_prepared_stmt_count is ${most}, and execute() (and Prisma) keeps up to ${wanted} statements (${processes} × ${connections} × ${maxPreparedStatements}).`,
          reason:
            'When the limit is met every connection gives half of its statements back, and what finds no room goes as text: slower.',
          remedy:
            fitting < 1
              ? `SET GLOBAL max_prepared_stmt_count = ${2 * wanted};   -- and in [mysqld]`
              : `?maxPreparedStatements=${fitting}   # or SET GLOBAL max_prepared_stmt_count = ${2 * wanted}`,
        },
      ]
    })
  },
}
