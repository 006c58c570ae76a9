import { createPool as createHostpool, type Pool } from '@mysql-hostpool/core'
import { mysql2Pool } from '@mysql-hostpool/mysql2'
import type { ServerAccess } from '@mysql-hostpool/test/cluster'
import { createPool as createGenericPool } from 'generic-pool'
import * as mariadb from 'mariadb'
import * as mysql2 from 'mysql2'
import * as mysql2Promise from 'mysql2/promise'
import { Pool as TarnPool } from 'tarn'
import { isWatched, type WatchedSubject } from '../observe/watched-subjects.js'
import { firstOf, split } from '../servers/host-access.js'
import type { CallbackSubject, CycleSubject, PromiseSubject } from './subject.js'
import type { CycleSubjectName } from './subject-names.js'

/** What the MariaDB connector can leave out on the way: no look at the connection when it is acquired, none when it is released. */
const MARIADB_TUNING: mariadb.PoolConfig = { noControlAfterUse: true, minDelayValidation: 60_000 }

/** A pool with so many connections over all hosts together; one that knows a single host has them all on the first. */
export async function createSubject(
  name: CycleSubjectName,
  access: ServerAccess,
  connections: number,
): Promise<CycleSubject> {
  if (isWatched(name)) return promise(await watchedHostpool(name, access, connections))
  switch (name) {
    case 'mysql-hostpool':
    case 'mysql-hostpool again':
      return promise(await hostpool(access, connections))
    case 'mysql-hostpool, callback':
      return callback(hostpoolCallback(access, connections))
    case 'no pool':
      return promise(noPool(connections))
    case 'mysql2 Pool':
      return promise(mysql2PromisePool(access, connections))
    case 'mysql2 Pool, callback':
      return callback(mysql2CallbackPool(access, connections))
    case 'mysql2 PoolCluster':
      return promise(mysql2PromiseCluster(access, connections))
    case 'mysql2 PoolCluster, callback':
      return callback(mysql2CallbackCluster(access, connections))
    case 'mariadb Pool':
      return promise(mariadbPool(access, connections, {}))
    case 'mariadb Pool, tuned':
      return promise(mariadbPool(access, connections, MARIADB_TUNING))
    case 'mariadb PoolCluster':
      return promise(mariadbCluster(access, connections, {}))
    case 'mariadb PoolCluster, tuned':
      return promise(mariadbCluster(access, connections, MARIADB_TUNING))
    case 'tarn':
      return promise(tarn(access, connections))
    case 'generic-pool':
      return promise(genericPool(access, connections))
    default:
      return name satisfies never
  }
}

function promise<T>(subject: PromiseSubject<T>): CycleSubject {
  return { api: 'promise', subject }
}

function callback<T>(subject: CallbackSubject<T>): CycleSubject {
  return { api: 'callback', subject }
}

/** Another checkout may have no package for it. */
async function watchedHostpool(name: WatchedSubject, access: ServerAccess, connections: number) {
  const { watch } = await import('../observe/observe-pool.js')
  return hostpool(access, connections, (pool) => watch(pool, name))
}

async function hostpool(
  { hosts, user, password, database }: ServerAccess,
  connectionLimit: number,
  watch: (pool: Pool) => Promise<string> = () => Promise.resolve(''),
) {
  const pool = createHostpool({ host: hosts, user, password, database, connectionLimit })
  return {
    configuration: `three hosts, connectionLimit ${connectionLimit}${await watch(pool)}`,
    acquire: () => pool.getConnection(),
    release: (lease) => lease.release(),
    end: () => pool.end(),
  } satisfies PromiseSubject<Awaited<ReturnType<typeof pool.getConnection>>>
}

function hostpoolCallback({ hosts, user, password, database }: ServerAccess, connectionLimit: number) {
  const core = createHostpool({ host: hosts, user, password, database, connectionLimit })
  const pool = mysql2Pool(core)
  return {
    configuration: `mysql2Pool, three hosts, connectionLimit ${connectionLimit}`,
    acquire: (done) => pool.getConnection(done),
    release: (connection) => connection.release(),
    end: () => core.end(),
  } satisfies CallbackSubject<{ release(): void }>
}

/** What the loop itself costs: connections from a list, which has to be long enough for everybody. */
function noPool(connections: number): PromiseSubject<object> {
  const free: object[] = Array.from({ length: connections }, () => ({}))
  return {
    configuration: 'a list of objects, as many as callers: what the loop of the benchmark costs by itself',
    acquire: () => Promise.resolve(free.pop() ?? {}),
    release: (connection) => void free.push(connection),
    end: () => Promise.resolve(),
  }
}

function mysql2PromisePool(access: ServerAccess, connectionLimit: number) {
  const pool = mysql2Promise.createPool({ ...firstOf(access), connectionLimit })
  return {
    configuration: `mysql2/promise, connectionLimit ${connectionLimit}`,
    acquire: () => pool.getConnection(),
    release: (connection) => connection.release(),
    end: () => pool.end(),
  } satisfies PromiseSubject<mysql2Promise.PoolConnection>
}

function mysql2CallbackPool(access: ServerAccess, connectionLimit: number) {
  const pool = mysql2.createPool({ ...firstOf(access), connectionLimit })
  return {
    configuration: `mysql2, connectionLimit ${connectionLimit}`,
    acquire: (done) => pool.getConnection(done),
    release: (connection) => connection.release(),
    end: () => pool.promise().end(),
  } satisfies CallbackSubject<mysql2.PoolConnection>
}

function mysql2PromiseCluster(access: ServerAccess, connections: number) {
  const cluster = mysql2Promise.createPoolCluster()
  const hosts = split(access, connections)
  for (const [index, host] of hosts.entries()) cluster.add(`host${index}`, host)
  const all = cluster.of('*')
  return {
    configuration: `mysql2/promise, connectionLimit ${limitsOf(hosts)}`,
    acquire: () => all.getConnection(),
    release: (connection) => connection.release(),
    end: () => cluster.end(),
  } satisfies PromiseSubject<mysql2Promise.PoolConnection>
}

function mysql2CallbackCluster(access: ServerAccess, connections: number) {
  const cluster = mysql2.createPoolCluster()
  const hosts = split(access, connections)
  for (const [index, host] of hosts.entries()) cluster.add(`host${index}`, host)
  const all = cluster.of('*')
  return {
    configuration: `mysql2, connectionLimit ${limitsOf(hosts)}`,
    acquire: (done) => all.getConnection(done),
    release: (connection) => connection.release(),
    end: () => new Promise<void>((resolve) => cluster.end(() => resolve())),
  } satisfies CallbackSubject<mysql2.PoolConnection>
}

function mariadbPool(access: ServerAccess, connectionLimit: number, tuning: mariadb.PoolConfig) {
  const options = { connectionLimit, ...tuning }
  const pool = mariadb.createPool({ ...firstOf(access), ...options })
  return {
    configuration: `mariadb, ${JSON.stringify(options)}`,
    acquire: () => pool.getConnection(),
    release: (connection) => void connection.release(),
    end: () => pool.end(),
  } satisfies PromiseSubject<mariadb.PoolConnection>
}

function mariadbCluster(access: ServerAccess, connections: number, tuning: mariadb.PoolConfig) {
  const cluster = mariadb.createPoolCluster()
  const hosts = split(access, connections)
  for (const [index, host] of hosts.entries()) cluster.add(`host${index}`, { ...host, ...tuning })
  const all = cluster.of('.*')
  return {
    configuration: `mariadb, connectionLimit ${limitsOf(hosts)}, each host ${JSON.stringify(tuning)}`,
    acquire: () => all.getConnection(),
    release: (connection) => void connection.release(),
    end: () => cluster.end(),
  } satisfies PromiseSubject<mariadb.PoolConnection>
}

function tarn(access: ServerAccess, max: number) {
  const options = { min: max, max }
  const pool = new TarnPool<mysql2.Connection>({
    ...options,
    create: () => connect(access),
    destroy: (connection) => connection.destroy(),
  })
  return {
    configuration: `tarn over mysql2's connections, ${JSON.stringify(options)}`,
    acquire: () => pool.acquire().promise,
    release: (connection) => void pool.release(connection),
    end: () => pool.destroy(),
  } satisfies PromiseSubject<mysql2.Connection>
}

function genericPool(access: ServerAccess, max: number) {
  const options = { min: max, max }
  const pool = createGenericPool<mysql2.Connection>(
    { create: () => connect(access), destroy: (connection) => Promise.resolve(connection.destroy()) },
    options,
  )
  return {
    configuration: `generic-pool over mysql2's connections, ${JSON.stringify(options)}`,
    acquire: () => pool.acquire(),
    release: (connection) => void pool.release(connection),
    async end() {
      await pool.drain()
      await pool.clear()
    },
  } satisfies PromiseSubject<mysql2.Connection>
}

function connect(access: ServerAccess): Promise<mysql2.Connection> {
  const connection = mysql2.createConnection(firstOf(access))
  return new Promise((resolve, reject) => {
    connection.connect((error) => (error ? reject(error) : resolve(connection)))
  })
}

function limitsOf(hosts: readonly { readonly connectionLimit: number }[]): string {
  return hosts.map(({ connectionLimit }) => connectionLimit).join(' + ')
}
