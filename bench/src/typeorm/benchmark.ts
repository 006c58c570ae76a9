import type { Benchmark, Comparison } from '../benchmark.js'
import { ORM_METRICS } from '../orm/metrics.js'
import { dropTables, makeTables } from '../orm/tables.js'

export const SUBJECTS = [
  'mysql-hostpool, one host',
  'mysql-hostpool, one host, again',
  'mysql-hostpool, three hosts',
  'stock mysql2',
] as const
export type TypeormSubjectName = (typeof SUBJECTS)[number]
export const OPERATIONS = ['find by id', 'find 100 rows', 'save', 'transaction'] as const

const [OURS, AGAIN, THREE, STOCK] = SUBJECTS

export function typeorm(): Benchmark {
  return {
    name: 'typeorm',
    title: 'TypeORM',
    method:
      'TypeORM on real nodes, 8 callers at once through 10 connections, with mysql2 as it comes and with this driver. Save ' +
      'changes a row (TypeORM reads it first, in a transaction of its own); the transaction reads, changes and reads a row.',
    servers: 'cluster',
    subjects: SUBJECTS,
    metrics: ORM_METRICS,
    comparisons: OPERATIONS.flatMap((each): Comparison[] => [
      { kind: 'speed', case: each, metric: 'throughput', of: OURS, to: STOCK, target: 1 },
      { kind: 'speed', case: each, metric: 'throughput', of: THREE, to: STOCK, target: 1 },
      { kind: 'speed', case: each, metric: 'throughput', of: OURS, to: AGAIN },
      { kind: 'speed', case: each, metric: 'cpu', of: OURS, to: STOCK },
      { kind: 'speed', case: each, metric: 'cpu', of: OURS, to: AGAIN },
    ]),
    limits: [],
    prepare: makeTables,
    cleanUp: dropTables,
  }
}
