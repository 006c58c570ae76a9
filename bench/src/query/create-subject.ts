import { createPool as createHostpool, type Pool } from '@mysql-hostpool/core'
import type { ServerAccess } from '@mysql-hostpool/test/cluster'
import * as mariadb from 'mariadb'
import * as mysql2 from 'mysql2/promise'
import { isWatched, type WatchedSubject } from '../observe/watched-subjects.js'
import { firstOf, split } from '../servers/host-access.js'
import { HandHeld } from './hand-held.js'
import type { Manner, QuerySubject } from './subject.js'
import type { QuerySubjectName } from './subject-names.js'

/** No stack is kept for each statement; hosts in turn, without a second try. */
const MYSQL2_TUNING = { trace: false } satisfies mysql2.PoolOptions
const MARIADB_TUNING = {
  noControlAfterUse: true,
  minDelayValidation: 60_000,
  trace: false,
} satisfies mariadb.PoolConfig

/** A pool with so many connections over all the hosts it uses. */
export async function createSubject(
  name: QuerySubjectName,
  access: ServerAccess,
  connections: number,
  manner: Manner,
): Promise<QuerySubject> {
  if (isWatched(name)) return watchedHostpool(name, access, connections, manner)
  switch (name) {
    case 'mysql-hostpool':
    case 'mysql-hostpool again':
      return hostpool(access, connections, manner)
    case 'mysql-hostpool, one host':
      return hostpool(onlyFirst(access), connections, manner)
    case 'hand-held connections':
      return HandHeld.open(access, connections, manner)
    case 'mysql2 PoolCluster':
      return mysql2Cluster(access, connections, {}, manner)
    case 'mysql2 PoolCluster, tuned':
      return mysql2Cluster(access, connections, MYSQL2_TUNING, manner)
    case 'mariadb PoolCluster':
      return mariadbCluster(access, connections, {}, manner)
    case 'mariadb PoolCluster, tuned':
      return mariadbCluster(access, connections, MARIADB_TUNING, manner)
    case 'mysql2 Pool, one host':
      return mysql2Pool(access, connections, {}, manner)
    case 'mysql2 Pool, tuned, one host':
      return mysql2Pool(access, connections, MYSQL2_TUNING, manner)
    case 'aws wrapper, one host':
      return (await import('./aws-wrapper.js')).awsWrapper(access, connections, {})
    case 'aws wrapper, tuned, one host':
      return (await import('./aws-wrapper.js')).awsWrapper(access, connections, { plugins: '' })
    default:
      return name satisfies never
  }
}

/** Another checkout may have no package for it. */
async function watchedHostpool(
  name: WatchedSubject,
  access: ServerAccess,
  connections: number,
  manner: Manner,
): Promise<QuerySubject> {
  const { watch } = await import('../observe/observe-pool.js')
  return hostpool(access, connections, manner, (pool) => watch(pool, name))
}

async function hostpool(
  access: ServerAccess,
  connectionLimit: number,
  manner: Manner,
  watch: (pool: Pool) => Promise<string> = () => Promise.resolve(''),
): Promise<QuerySubject> {
  const { hosts, user, password, database } = access
  const options = { connectionLimit, ...resetBy('resetOnRelease', manner) }
  const pool = createHostpool({ host: hosts, user, password, database, ...options })
  return {
    configuration: `${hosts.split(',').length} hosts, ${JSON.stringify(options)}${await watch(pool)}`,
    async select(sql, values) {
      const [rows] = await (manner === 'prepared' ? pool.execute(sql, values) : pool.query(sql, values))
      return rows[0]
    },
    async transaction(statements) {
      const connection = await pool.getConnection()
      try {
        for (const [sql, values] of statements) await connection.query(sql, values)
      } finally {
        connection.release()
      }
    },
    end: () => pool.end(),
  }
}

function mysql2Pool(
  access: ServerAccess,
  connectionLimit: number,
  tuning: mysql2.PoolOptions,
  manner: Manner,
): QuerySubject {
  const options = { connectionLimit, ...tuning, ...resetBy('resetOnRelease', manner) }
  const pool = mysql2.createPool({ ...firstOf(access), ...options })
  return mysql2Subject(`mysql2/promise, ${JSON.stringify(options)}`, pool, manner, () => pool.end())
}

function mysql2Cluster(
  access: ServerAccess,
  connections: number,
  tuning: mysql2.PoolOptions,
  manner: Manner,
): QuerySubject {
  const options = { ...tuning, ...resetBy('resetOnRelease', manner) }
  const cluster = mysql2.createPoolCluster()
  for (const [index, host] of split(access, connections).entries()) cluster.add(`host${index}`, { ...host, ...options })
  const configuration = `mysql2/promise, ${connections} connections split over the hosts, each ${JSON.stringify(options)}`
  return mysql2Subject(configuration, cluster.of('*'), manner, () => cluster.end())
}

function mysql2Subject(
  configuration: string,
  pool: Pick<mysql2.Pool, 'query' | 'execute' | 'getConnection'>,
  manner: Manner,
  end: () => Promise<void>,
): QuerySubject {
  return {
    configuration,
    async select(sql, values) {
      const [rows] =
        manner === 'prepared'
          ? await pool.execute<mysql2.RowDataPacket[]>(sql, [...values] as mysql2.ExecuteValues[])
          : await pool.query<mysql2.RowDataPacket[]>(sql, [...values])
      return rows[0]
    },
    async transaction(statements) {
      const connection = await pool.getConnection()
      try {
        for (const [sql, values] of statements) await connection.query(sql, [...values])
      } finally {
        connection.release()
      }
    },
    end,
  }
}

function mariadbCluster(
  access: ServerAccess,
  connections: number,
  tuning: mariadb.PoolConfig,
  manner: Manner,
): QuerySubject {
  const options = { ...tuning, ...resetBy('resetAfterUse', manner) }
  // Without a look at what comes back there is no reset either.
  if (manner === 'reset on') delete options.noControlAfterUse
  const cluster = mariadb.createPoolCluster()
  for (const [index, host] of split(access, connections).entries()) cluster.add(`host${index}`, { ...host, ...options })
  const pool = cluster.of('.*')
  return {
    configuration: `mariadb, ${connections} connections split over the hosts, each ${JSON.stringify(options)}`,
    async select(sql, values) {
      const rows = await (manner === 'prepared'
        ? pool.execute<unknown[]>(sql, [...values])
        : pool.query<unknown[]>(sql, [...values]))
      return rows[0]
    },
    async transaction(statements) {
      const connection = await pool.getConnection()
      try {
        for (const [sql, values] of statements) await connection.query(sql, [...values])
      } finally {
        await connection.release()
      }
    },
    end: () => cluster.end(),
  }
}

/** The option that resets what is given back, by the name it has there. */
function resetBy<Name extends string>(name: Name, manner: Manner): Partial<Record<Name, true>> {
  return manner === 'reset on' ? ({ [name]: true } as Record<Name, true>) : {}
}

function onlyFirst(access: ServerAccess): ServerAccess {
  const { user, password, database } = access
  return { hosts: access.hosts.split(',')[0] ?? '', user, password, database }
}
