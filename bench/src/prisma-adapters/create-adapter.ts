import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import type { HostAccess } from '../servers/host-access.js'
import { answeringFromMemory } from './memory-adapter.js'
import type { AdapterSubjectName } from './subject-names.js'

export interface AdapterSubject {
  readonly configuration: string
  readonly adapter: SqlDriverAdapterFactory
}

/** As many statements as this pool keeps prepared by default. */
const KEPT = 256

/** An adapter on one server, with so many connections. Nothing of the others is loaded: memory is compared too. */
export async function createAdapter(
  name: AdapterSubjectName,
  access: HostAccess,
  connectionLimit: number,
): Promise<AdapterSubject> {
  switch (name) {
    case 'mysql-hostpool':
    case 'mysql-hostpool, again':
      return hostpool(access, { connectionLimit })
    case '@prisma/adapter-mariadb':
      return official(access, { connectionLimit })
    case '@prisma/adapter-mariadb, statements kept':
      return official(access, { connectionLimit, prepareCacheLength: KEPT })
    case 'mysql2 by hand': {
      const { handHeld } = await import('./hand-held-adapter.js')
      return {
        configuration: `${connectionLimit} connections without a pool, no conversion that the loads do not need`,
        adapter: handHeld(access, connectionLimit),
      }
    }
    case 'answers from memory': {
      const { adapter } = await hostpool(access, { connectionLimit })
      return {
        configuration: 'no server after the first answer: the ceiling',
        adapter: answeringFromMemory(adapter),
      }
    }
    default:
      return name satisfies never
  }
}

async function hostpool(access: HostAccess, options: { readonly connectionLimit: number }): Promise<AdapterSubject> {
  const { PrismaHostpool } = await import('@mysql-hostpool/prisma')
  return { configuration: JSON.stringify(options), adapter: new PrismaHostpool({ ...access, ...options }) }
}

async function official(
  access: HostAccess,
  options: { readonly connectionLimit: number; readonly prepareCacheLength?: number },
): Promise<AdapterSubject> {
  const { PrismaMariaDb } = await import('@prisma/adapter-mariadb')
  return { configuration: JSON.stringify(options), adapter: new PrismaMariaDb({ ...access, ...options }) }
}
