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
  borrow(): Promise<{ release(): unknown }>
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
    borrow: () => pool.getConnection(),
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
    borrow: () => pool.getConnection(),
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
    borrow: () => pool.getConnection(),
    end: () => pool.end(),
  }
}
