import { describe, expect, it } from 'vitest'

import type { ProbeResult } from '../probe-result.js'
import { NO_LIMITS } from '../../simulation/no-limits.js'
import { replicationProbe } from './replication.js'

type Source = readonly [io: string, sql: string, lag: number | string | null]

const mysqlNames = ['Channel_Name', 'Replica_IO_Running', 'Replica_SQL_Running', 'Seconds_Behind_Source']
const mariaNames = ['Connection_name', 'Slave_IO_Running', 'Slave_SQL_Running', 'Seconds_Behind_Master']

function evaluate(
  readOnly: number,
  sources: readonly Source[],
  columns = mysqlNames,
  maxReplicaLag = 30_000,
): ProbeResult {
  const settings = { columns: ['name', 'value'], rows: [['READ_ONLY', readOnly]] }
  const status = { columns, rows: sources.map((source) => ['', ...source]) }
  return replicationProbe.evaluate([settings, status], { ...NO_LIMITS, maxReplicaLag }, false)
}

describe('a server that replicates from nobody', () => {
  it.each([
    [0, true, ''],
    [1, false, 'read_only is on'],
  ])('is a primary; with read_only = %j it accepts writes: %s', (readOnly, writable, reason) => {
    expect(evaluate(readOnly, [])).toEqual({ usable: true, writable, lastResort: false, reason, sources: [] })
  })
})

describe.each([
  ['MySQL', mysqlNames],
  ['MariaDB', mariaNames],
])('a replica, in the names of %s', (_server, columns) => {
  it.each<[string, Source, string]>([
    ['without lag', ['Yes', 'Yes', 0], 'read_only is on'],
    ['at the limit', ['Yes', 'Yes', 30], 'read_only is on'],
    ['with the lag as text', ['Yes', 'Yes', '7'], 'read_only is on'],
  ])('that runs %s takes reads', (_name, source, reason) => {
    expect(evaluate(1, [source], columns)).toMatchObject({ usable: true, writable: false, lastResort: false, reason })
  })

  it.each<[string, Source, string]>([
    ['too far behind', ['Yes', 'Yes', 31], 'it is 31 s behind its primary'],
    ['cut off from its primary', ['Connecting', 'Yes', null], 'it cannot reach its primary'],
    ['cut off, with the last lag still shown', ['Connecting', 'Yes', 0], 'it cannot reach its primary'],
  ])('that is %s is a last resort', (_name, source, reason) => {
    expect(evaluate(1, [source], columns)).toMatchObject({ usable: true, writable: false, lastResort: true, reason })
  })

  it.each<[string, Source, string]>([
    ['whose SQL thread stopped', ['Yes', 'No', null], 'its replica SQL thread is not running'],
    ['whose I/O thread stopped', ['No', 'Yes', null], 'its replica I/O thread is not running'],
    ['that was stopped', ['No', 'No', null], 'its replica SQL thread is not running'],
    ['whose lag is NULL', ['Yes', 'Yes', null], 'it does not know how far it is behind its primary'],
  ])('%s is a last resort', (_name, source, reason) => {
    expect(evaluate(1, [source], columns)).toMatchObject({ usable: true, writable: false, lastResort: true, reason })
  })

  it('that takes writes, and was stopped as a whole, is none any more', () => {
    const result = { usable: true, writable: true, lastResort: false, reason: '' }
    expect(evaluate(0, [['No', 'No', null]], columns)).toMatchObject(result)
    expect(evaluate(0, [['Yes', 'No', null]], columns)).toMatchObject({ writable: true, lastResort: true })
  })

  it('of several sources is as good as the worst of them', () => {
    expect(
      evaluate(
        1,
        [
          ['Yes', 'Yes', 0],
          ['Yes', 'Yes', 99],
        ],
        columns,
      ),
    ).toMatchObject({ usable: true, lastResort: true })
    expect(
      evaluate(
        1,
        [
          ['Yes', 'Yes', 99],
          ['Yes', 'No', null],
          ['Yes', 'Yes', 0],
        ],
        columns,
      ),
    ).toMatchObject({ usable: true, lastResort: true, reason: 'it is 99 s behind its primary' })
  })
})

it('a limit of 0 means that any lag will do', () => {
  expect(evaluate(1, [['Yes', 'Yes', 86_400]], mysqlNames, 0)).toMatchObject({ usable: true, lastResort: false })
})

it('a replica that is not read-only accepts writes', () => {
  expect(evaluate(0, [['Yes', 'Yes', 0]])).toMatchObject({ usable: true, writable: true })
})

it.each([
  ['10.11.19-MariaDB-log', 'SHOW ALL SLAVES STATUS', 'REPLICA MONITOR ON *.*'],
  ['10.5.8-MariaDB', 'SHOW ALL SLAVES STATUS', 'REPLICATION CLIENT ON *.*'],
  ['9.7.4', 'SHOW REPLICA STATUS', 'REPLICATION CLIENT ON *.*'],
  ['8.0.22', 'SHOW REPLICA STATUS', 'REPLICATION CLIENT ON *.*'],
  ['8.0.21', 'SHOW SLAVE STATUS', 'REPLICATION CLIENT ON *.*'],
  ['5.7.44-log', 'SHOW SLAVE STATUS', 'REPLICATION CLIENT ON *.*'],
])('%s is asked %s, which needs %s', (version, statement, privilege) => {
  expect(replicationProbe.queries({ version, variables: new Map() })).toContain(statement)
  expect(replicationProbe.privilege(version)).toBe(privilege)
})
