import type { Metric } from '../benchmark.js'

export const ORM_METRICS: Readonly<Record<string, Metric>> = {
  throughput: { title: 'per second', better: 'more' },
  cpu: { title: 'client CPU µs', better: 'less' },
  p50: { title: 'p50 ms', better: 'less' },
  p99: { title: 'p99 ms', better: 'less' },
}
