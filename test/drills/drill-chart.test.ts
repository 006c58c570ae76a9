import { expect, it } from 'vitest'

import { drawSvg } from '../charts/svg.js'
import { drillChart } from './drill-chart.js'
import type { DrillRecord } from './drill.js'
import type { SubjectRecord } from './record.js'

const quiet: SubjectRecord = {
  samples: [
    { kind: 'read', due: 900, ended: 905 },
    { kind: 'read', due: 1100, ended: 1900 },
    { kind: 'read', due: 1200, ended: 1201, error: 'GONE' },
    { kind: 'write', due: 1200, ended: 1201, error: 'GONE' },
  ],
  sent: 4,
  changes: [],
  requests: {},
  handshakes: [],
  burst: undefined,
  uncaught: [],
  leaks: [],
  pauses: [],
}

const record: DrillRecord = {
  drill: 'kill',
  rate: 80,
  episodes: [{ node: 2, breaking: 1000, broken: 1010, mending: 16_000, usable: 20_000 }],
  from: 1000,
  to: 29_000,
  hosts: ['a:1', 'b:1', 'c:1'],
  control: undefined,
  outages: [],
  letGo: undefined,
  subjects: [
    { name: 'hostpool', configuration: 'connectionLimit 30', record: quiet },
    {
      name: 'mysql2-tuned',
      configuration: 'cluster {"canRetry":true}, each host {"connectionLimit":10}',
      record: quiet,
    },
    { name: 'mariadb', configuration: '', record: { failure: 'it died of an exception' } },
  ],
}

it('a chart of a drill has a panel for each pool: its name, its configuration, what its reads met, or that its process failed', async () => {
  const svg = await drawSvg(drillChart(record, ['Reads while a node is killed', 'three nodes']))
  const texts = [
    'Reads while a node is killed',
    'three nodes',
    'mysql-hostpool',
    'connectionLimit 30',
    'PoolCluster, tuned for this',
    'cluster canRetry: true, each host connectionLimit: 10',
    '3 reads: 1 failed, 1 answered after more than 250 ms; slowest answer 800 ms',
    'its process failed: it died of an exception',
    'answered within 250 ms',
    'fault of node 3',
    'a full member again',
  ]
  expect(texts.filter((text) => !svg.includes(text))).toEqual([])
})
