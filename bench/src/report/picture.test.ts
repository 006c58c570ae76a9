import { describe, expect, it } from 'vitest'
import type { BenchmarkResult } from './result.js'
import { chartsOf, columnsOf, drawPicture } from './picture.js'

const ratio = { median: 2, low: 1.5, high: 2.5 }
const noise = { median: 1, low: 0.9, high: 1.1 }
const result: BenchmarkResult = {
  name: 'cycle',
  title: 'Checkout',
  method: '',
  setting: '10 connections',
  rounds: 10,
  metrics: { cpu: { title: 'CPU µs', better: 'less' } },
  configurations: {},
  series: [],
  comparisons: [
    { kind: 'speed', case: '1 caller', metric: 'cpu', of: 'mysql-hostpool', to: 'peer', target: 1.3, ratio, met: true },
    { kind: 'speed', case: '1 caller', metric: 'cpu', of: 'mysql-hostpool', to: 'mysql-hostpool again', ratio: noise },
    { kind: 'speed', case: '1 caller', metric: 'cpu', of: 'mysql-hostpool', to: 'nobody aims at it', ratio },
    { kind: 'cost', case: '1 caller', metric: 'cpu', of: 'mysql-hostpool', to: 'peer', target: 1.3, ratio, met: false },
    {
      kind: 'speed',
      case: '1 caller',
      metric: 'cpu',
      of: 'mysql-hostpool, three hosts',
      to: '@prisma/adapter-mariadb, statements kept',
      target: 3,
      ratio,
      met: false,
    },
  ],
  limits: [],
}

describe('the picture', () => {
  it('shows the speeds that are aimed at, each with the noise of its load, and tells variants of this pool apart', () => {
    const [chart] = chartsOf([result])
    expect(chart?.title).toBe('Checkout: CPU µs')
    expect(chart?.marks.map(({ label, verdict }) => `${label}: ${verdict}`)).toEqual([
      '1 caller: peer: met',
      '1 caller, three hosts: adapter-mariadb, statements kept: missed',
    ])
    expect(chart?.marks[0]).toMatchObject({ noiseLow: 0.9, noiseHigh: 1.1, target: 1.3 })
  })

  it('shows all that was compared where nothing is aimed at', () => {
    const aimless = result.comparisons.map(({ target: _target, met: _met, ...rest }) => rest)
    const [chart] = chartsOf([{ ...result, comparisons: aimless }])
    expect(chart?.marks.map(({ label, verdict }) => `${label}: ${verdict}`)).toEqual([
      '1 caller: peer: no target',
      '1 caller: nobody aims at it: no target',
      '1 caller, three hosts: adapter-mariadb, statements kept: no target',
    ])
  })

  it('has whole labels, its caption, and no chart of what compares nothing', async () => {
    const nothing = { ...result, title: 'Nothing to show', comparisons: [] }
    const svg = await drawPicture([result, nothing], ['On paper'])
    const wanted = ['10 connections', 'On paper', 'Checkout', '1 caller, three hosts: adapter-mariadb, statements kept']
    expect(wanted.filter((text) => !svg.includes(text))).toEqual([])
    expect([svg.includes('Nothing to show'), svg.includes('…')]).toEqual([false, false])
  })

  it('has two columns of about the same height, in order', () => {
    const charts = [20, 2, 2, 20].map((rows, index) => {
      const [chart] = chartsOf([{ ...result, title: `${index}` }])
      return {
        title: `${index}`,
        setting: '',
        marks: Array.from({ length: rows }, () => chart?.marks[0]).filter((mark) => mark !== undefined),
      }
    })
    expect(columnsOf(charts).map((column) => column.map(({ title }) => title))).toEqual([
      ['0', '1'],
      ['2', '3'],
    ])
    expect(columnsOf(charts.slice(0, 1))).toHaveLength(1)
    expect(columnsOf([])).toEqual([])
  })
})
