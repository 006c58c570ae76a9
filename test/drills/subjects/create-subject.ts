import { hostpool } from './hostpool.js'
import { hostpoolPrisma } from './hostpool-prisma.js'
import { hostpoolTypeorm } from './hostpool-typeorm.js'
import { mariadbCluster } from './mariadb-cluster.js'
import { mysql2Cluster } from './mysql2-cluster.js'
import type { Subject, SubjectName, SubjectOptions } from './subject.js'

export async function createSubject(name: SubjectName, options: SubjectOptions): Promise<Subject> {
  switch (name) {
    case 'hostpool':
      return hostpool(options)
    case 'hostpool-typeorm':
      return hostpoolTypeorm(options)
    case 'hostpool-prisma':
      return hostpoolPrisma(options)
    case 'mysql2':
      return mysql2Cluster(options, false)
    case 'mysql2-tuned':
      return mysql2Cluster(options, true)
    case 'mariadb':
      return mariadbCluster(options, false)
    case 'mariadb-tuned':
      return mariadbCluster(options, true)
    default:
      return name satisfies never
  }
}
