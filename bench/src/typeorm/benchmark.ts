import type { Benchmark, Comparison } from '../benchmark.js'
import { ORM_METRICS } from '../orm/metrics.js'
import { dropTables, makeTables } from '../orm/tables.js'

const SUBJECTS = [
  'mysql-hostpool, one host',
  'mysql-hostpool, one host, again',
  'mysql-hostpool, three hosts',
  'stock mysql2',
] as const
export type TypeormSubjectName = (typeof SUBJECTS)[number]
const OPERATIONS = ['find by id', 'find 100 rows', 'save', 'transaction'] as const
export type Operation = (typeof OPERATIONS)[number]

const [OURS, AGAIN, THREE, STOCK] = SUBJECTS
const METRICS = ['throughput', 'cpu'] as const

export function operationsOf(quick: boolean): readonly Operation[] {
  return quick ? ['find by id', 'transaction'] : OPERATIONS
}

export function typeorm(quick: boolean): Benchmark {
  const subjects = SUBJECTS.filter((name) => !quick || name !== THREE)
  return {
    name: 'typeorm',
    title: 'TypeORM',
    method:
      'TypeORM on real nodes, 8 callers at once through 10 connections, with mysql2 as it comes and with this driver. Save ' +
      'changes a row (TypeORM reads it first, in a transaction of its own); the transaction reads, changes and reads a row. ' +
      'Compared are throughput, most of which is the work of the servers on the same machine, and processor time of the client.',
    setting: '8 callers, 10 connections, mysql2 as it comes; real nodes on the same machine',
    servers: 'cluster',
    subjects,
    metrics: ORM_METRICS,
    comparisons: operationsOf(quick).flatMap((each) =>
      METRICS.flatMap((metric): Comparison[] => [
        { kind: 'speed', case: each, metric, of: OURS, to: STOCK, target: 1 },
        ...(quick ? [] : [{ kind: 'speed', case: each, metric, of: THREE, to: STOCK, target: 1 } as const]),
        { kind: 'speed', case: each, metric, of: OURS, to: AGAIN },
      ]),
    ),
    limits: [],
    prepare: makeTables,
    cleanUp: dropTables,
  }
}
