import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'

/** One line of what Prometheus is given. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** A provider, and what Prometheus would read of it. */
export function scrapeable() {
  const exporter = new PrometheusExporter({ preventServerStart: true })
  const meterProvider = new MeterProvider({ readers: [exporter] })
  const scrape = async (): Promise<readonly Sample[]> => {
    const { resourceMetrics, errors } = await exporter.collect()
    if (errors.length > 0) throw new AggregateError(errors, 'The metrics could not be collected')
    return samplesIn(new PrometheusSerializer().serialize(resourceMetrics))
  }
  return { meterProvider, scrape }
}

function samplesIn(text: string): readonly Sample[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', inside = '', value = ''] = /^([\w:]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
      const labels = Array.from(inside.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g), ([, label, text]) => [label, text])
      return { name, labels: Object.fromEntries(labels) as Record<string, string>, value: Number(value) }
    })
}

/** The values of one metric, by those of some of its labels. */
export function valuesOf(samples: readonly Sample[], name: string, ...labels: readonly string[]) {
  const found = samples.filter((sample) => sample.name === name)
  return Object.fromEntries(
    found.map((sample) => [labels.map((label) => sample.labels[label] ?? '').join(' '), sample.value]),
  )
}
