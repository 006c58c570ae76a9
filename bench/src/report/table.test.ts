import { expect, test } from 'vitest'
import { numberText } from './number-text.js'
import type { BenchmarkResult } from './result.js'
import { benchmarkText } from './table.js'

const interval = { median: 2, low: 1.5, high: 2.5 }
const result: BenchmarkResult = {
  name: 'cycle',
  title: 'Title',
  method: 'How it is done.',
  setting: '',
  rounds: 10,
  metrics: { cpu: { title: 'CPU µs', better: 'less' } },
  configurations: { ours: 'limit 10', peer: 'limit 11' },
  series: [
    { subject: 'ours', case: '1 caller', metric: 'cpu', median: 1.2345, rounds: [] },
    { subject: 'peer', case: '1 caller', metric: 'cpu', median: 2468, rounds: [] },
  ],
  comparisons: [
    { kind: 'speed', case: '1 caller', metric: 'cpu', of: 'ours', to: 'peer', target: 1.3, ratio: interval, met: true },
  ],
  limits: [{ case: '1 caller', metric: 'cpu', of: 'ours', target: 1, value: interval, met: false }],
}

test('a table has every configuration, every median, the ratio beside the peer, and what became of the targets', () => {
  const lines = benchmarkText(result)
    .split('\n')
    .map((line) => line.replaceAll(/ +/g, ' '))
  expect(lines).toContain('- peer: limit 11')
  expect(lines).toContain('| 1 caller | ours | 1.23 | |')
  expect(lines).toContain('| 1 caller | peer | 2,470 | 2.00 (1.50 to 2.50) |')
  expect(lines).toContain('| ours to peer, 1 caller: CPU µs | ≥ 1.3 × | 2.00 (1.50 to 2.50) | met |')
  expect(lines).toContain('| ours, 1 caller: CPU µs | ≤ 1 | 2 (1.5 to 2.5) | MISSED |')
})

test.each([
  [0, '0'],
  [0.04567, '0.0457'],
  [0.00005, '5e-5'],
  [12.3456, '12.3'],
  [123_456, '123,000'],
])('%d is written as %s', (value, text) => {
  expect(numberText(value)).toBe(text)
})
