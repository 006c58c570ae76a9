import { createPool as createHostpool } from '@mysql-hostpool/core'
import * as mariadb from 'mariadb'
import * as mysql2 from 'mysql2/promise'
import type { HostAccess } from '../servers/host-access.js'
import { type Burst, LIMIT, type SpikeSubjectName } from './benchmark.js'

/** A pool that bursts come to. */
export interface SpikeSubject {
  readonly configuration: string
  /** Connections opened so far. */
  readonly opened: number
  query(sql: string): Promise<unknown>
  acquire(): Promise<{ release(): unknown }>
  end(): Promise<void>
}

export function createSubject(name: SpikeSubjectName, host: HostAccess, burst: Burst): SpikeSubject {
  switch (name) {
    case 'mysql-hostpool':
    case 'mysql-hostpool again':
      return hostpool(host, burst)
    case 'mysql2 Pool':
      return mysql2Pool(host)
    case 'mariadb Pool':
      return mariadbPool(host, burst)
    case 'hand-held connections':
      return handHeld(host, burst)
    default:
      return name satisfies never
  }
}

function hostpool({ host, port, user, password, database }: HostAccess, { maxConnecting }: Burst): SpikeSubject {
  const options = { connectionLimit: LIMIT, ...(maxConnecting === undefined ? {} : { maxConnecting }) }
  const pool = createHostpool({ host, port, user, password, database, ...options })
  let opened = 0
  pool.on('connectionOpened', () => {
    opened += 1
  })
  return {
    configuration: JSON.stringify(options),
    get opened() {
      return opened
    },
    query: (sql) => pool.query(sql),
    acquire: () => pool.getConnection(),
    end: () => pool.end(),
  }
}

function mysql2Pool(host: HostAccess): SpikeSubject {
  const options = { connectionLimit: LIMIT }
  const pool = mysql2.createPool({ ...host, ...options })
  let opened = 0
  pool.on('connection', () => {
    opened += 1
  })
  return {
    configuration: `mysql2/promise, ${JSON.stringify(options)}`,
    get opened() {
      return opened
    },
    query: (sql) => pool.query(sql),
    acquire: () => pool.getConnection(),
    end: () => pool.end(),
  }
}

/** Left to itself it opens all its connections at once, and there would be no burst to see. */
function mariadbPool(host: HostAccess, { idle }: Burst): SpikeSubject {
  const options = { connectionLimit: LIMIT, minimumIdle: idle }
  const pool = mariadb.createPool({ ...host, ...options })
  let opened = 0
  pool.on('connection', () => {
    opened += 1
  })
  return {
    configuration: `mariadb, ${JSON.stringify(options)}`,
    get opened() {
      return opened
    },
    query: (sql) => pool.query(sql),
    acquire: () => pool.getConnection(),
    end: () => pool.end(),
  }
}

/** As many connections of mysql2 as rest, or as may be, used in turn without any pool: nothing can be faster. */
function handHeld(host: HostAccess, { idle }: Burst): SpikeSubject {
  const count = idle === 0 ? LIMIT : idle
  const connections: Promise<mysql2.Connection>[] = []
  let turn = 0
  const next = (): Promise<mysql2.Connection> => {
    const index = turn % count
    turn += 1
    return (connections[index] ??= mysql2.createConnection({ ...host }))
  }
  return {
    configuration: `${count} connections of mysql2/promise, used in turn`,
    get opened() {
      return connections.length
    },
    query: async (sql) => (await next()).query(sql),
    acquire: async () => {
      await next()
      return { release: () => undefined }
    },
    end: async () => {
      for (const connection of connections) await (await connection).end()
    },
  }
}
