import { PrismaHostpool } from '@mysql-hostpool/prisma'
import { PrismaMariaDb } from '@prisma/adapter-mariadb'
import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import type { HostAccess } from '../servers/host-access.js'
import { handHeld } from './hand-held-adapter.js'
import { answeringFromMemory } from './memory-adapter.js'
import type { AdapterSubjectName } from './subject-names.js'

export interface AdapterSubject {
  readonly configuration: string
  readonly adapter: SqlDriverAdapterFactory
}

/** As many statements as this pool keeps prepared by default. */
const KEPT = 256

/** An adapter on one server, with so many connections. */
export function createAdapter(name: AdapterSubjectName, access: HostAccess, connectionLimit: number): AdapterSubject {
  const hostpool = () => new PrismaHostpool({ ...access, connectionLimit })
  switch (name) {
    case 'mysql-hostpool':
    case 'mysql-hostpool, again':
      return { configuration: `connectionLimit ${connectionLimit}`, adapter: hostpool() }
    case '@prisma/adapter-mariadb':
      return {
        configuration: `connectionLimit ${connectionLimit}`,
        adapter: new PrismaMariaDb({ ...access, connectionLimit }),
      }
    case '@prisma/adapter-mariadb, statements kept':
      return {
        configuration: `connectionLimit ${connectionLimit}, prepareCacheLength ${KEPT}`,
        adapter: new PrismaMariaDb({ ...access, connectionLimit, prepareCacheLength: KEPT }),
      }
    case 'mysql2 by hand':
      return {
        configuration: `${connectionLimit} connections without a pool, no conversion that the loads do not need`,
        adapter: handHeld(access, connectionLimit),
      }
    case 'answers from memory':
      return {
        configuration: 'no server after the first answer: the ceiling',
        adapter: answeringFromMemory(hostpool()),
      }
    default:
      return name satisfies never
  }
}
