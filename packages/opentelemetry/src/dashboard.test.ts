import { describe, expect, it } from 'vitest'

import { instrument } from './instrument.js'
import { dashboard, queries } from './testing/dashboard.js'
import { FakePool } from './testing/fake-pool.js'
import { selectedBy } from './testing/promql.js'
import { scrapeable } from './testing/scrape.js'

/** The labels of each metric that Prometheus is given of a pool at work. */
async function labelsOfMetrics(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const { meterProvider, scrape } = scrapeable()
  const fake = new FakePool()
  const stop = instrument(fake.pool, { meterProvider, spans: false })
  fake.emit('connectionOpened', { host: 'db1:3306', duration: 12 })
  fake.emit('acquire', { host: 'db1:3306', waited: 3 })
  fake.emit('release', { host: 'db1:3306', held: 40 })
  for (const failed of [{}, { errorType: 'ERR_HOSTPOOL_NO_HOST', error: new Error('none') }]) {
    fake.statement(failed)
    fake.probe(failed)
  }
  const samples = await scrape()
  stop()
  const labels = new Map<string, Set<string>>()
  for (const { name, labels: own } of samples) {
    labels.set(name, new Set([...(labels.get(name) ?? []), ...Object.keys(own)]))
  }
  return labels
}

const known = await labelsOfMetrics()

describe('the dashboard', () => {
  it('has panels with queries', () => {
    expect(queries.length).toBeGreaterThan(20)
  })

  it.each(queries)('asks in “$panel” for what the exporter tells: $expression', ({ expression, legend }) => {
    const selected = selectedBy(expression)
    expect(selected).not.toEqual([])
    for (const { metric, labels } of selected) {
      expect(known.has(metric), `${metric} is a metric`).toBe(true)
      for (const label of labels) expect(known.get(metric)?.has(label), `${metric} has the label ${label}`).toBe(true)
    }
    const shown = Array.from(legend.matchAll(/\{\{(\w+)\}\}/g), ([, label = '']) => label)
    const told = new Set(selected.flatMap(({ labels }) => labels))
    expect(shown.filter((label) => !told.has(label))).toEqual([])
  })

  it('shows every metric of the pool', () => {
    const shown = new Set(queries.flatMap(({ expression }) => selectedBy(expression)).map(({ metric }) => base(metric)))
    const told = Array.from(known.keys(), base).filter((name) => /^(?:db_client|mysql_hostpool)_/.test(name))
    expect(new Set(told)).toEqual(shown)
  })

  it('lets a pool be chosen by a label that there is', () => {
    const definition = dashboard.templating.list.find(({ name }) => name === 'pool')?.definition ?? ''
    const [, metric = '', label = ''] = /^label_values\((\w+), (\w+)\)$/.exec(definition) ?? []
    expect(known.get(metric)?.has(label)).toBe(true)
  })

  it('would be found out if it asked for what there is not', () => {
    expect(() => selectedBy('sum by (le (rate(x[1m]))')).toThrow('no PromQL')
    expect(selectedBy('sum by (a) (rate(x{b="c"}[1m])) / y')).toEqual([
      { metric: 'x', labels: ['b', 'a'] },
      { metric: 'y', labels: [] },
    ])
  })
})

/** The name of a histogram, of which each part has one of its own. */
function base(metric: string): string {
  return metric.replace(/_(?:bucket|count|sum)$/, '')
}
