import { expect, test } from 'vitest'
import type { BenchmarkResult } from './result.js'
import { chartsOf, drawPicture } from './picture.js'

const ratio = { median: 2, low: 1.5, high: 2.5 }
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
    { kind: 'speed', case: '1 caller', metric: 'cpu', of: 'ours', to: 'peer', target: 1.3, ratio, met: true },
    { kind: 'speed', case: '1 caller', metric: 'cpu', of: 'ours', to: 'ours again', ratio },
    { kind: 'speed', case: '1 caller', metric: 'cpu', of: 'ours', to: 'nobody aims at it', ratio },
    { kind: 'cost', case: '1 caller', metric: 'cpu', of: 'ours', to: 'peer', target: 1.3, ratio, met: false },
  ],
  limits: [],
}

test('the picture shows the speeds that are aimed at, and the noise', async () => {
  const [chart] = chartsOf([result])
  expect(chart?.title).toBe('Checkout: CPU µs')
  expect(chart?.marks.map(({ label, verdict }) => `${label}: ${verdict}`)).toEqual([
    '1 caller: peer: met',
    '1 caller: ours again: noise',
  ])
  const svg = await drawPicture([result, { ...result, title: 'Nothing to show', comparisons: [] }], ['On paper'])
  expect(svg).toContain('10 connections')
  expect(svg).toContain('On paper')
  expect(svg).toMatch(/^<svg [^]*Checkout[^]*<\/svg>\n$/)
  expect(svg).not.toContain('Nothing to show')
})
