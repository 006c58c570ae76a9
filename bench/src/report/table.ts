import { markdownTable } from 'markdown-table'
import { wrap } from '@mysql-hostpool/test/program/wrap'
import type { BenchmarkResult, ComparisonResult, Series } from './result.js'
import { intervalText, numberText } from './number-text.js'

const WIDTH = 120

/** One benchmark as text: how it was done, what everybody measured, and how the targets fared. */
export function benchmarkText(result: BenchmarkResult): string {
  const { title, name, method, rounds, configurations } = result
  const paragraphs = [
    `## ${title} (${name})`,
    wrap(`${method} ${rounds} rounds.`, WIDTH).join('\n').replaceAll('\n  ', '\n'),
    Object.entries(configurations)
      .map(([subject, configuration]) => wrap(`- ${subject}: ${configuration}`, WIDTH).join('\n'))
      .join('\n'),
    figuresTable(result),
    targetsTable(result),
  ]
  return `${paragraphs.filter(Boolean).join('\n\n')}\n`
}

function figuresTable({ series, metrics, comparisons }: BenchmarkResult): string {
  const shown = Object.entries(metrics)
  const rows = new Map<string, Map<string, Series>>()
  for (const each of series) {
    const key = `${each.case}\n${each.subject}`
    rows.set(key, (rows.get(key) ?? new Map<string, Series>()).set(each.metric, each))
  }
  const cases = [...new Set(series.map((each) => each.case))]
  const ordered = cases.flatMap((load) => [...rows].filter(([key]) => key.startsWith(`${load}\n`)))
  const compared = [...new Set(comparisons.map(({ metric }) => metric))]
  return markdownTable(
    [
      [
        'load',
        'pool',
        ...shown.map(([, { title }]) => title),
        ...compared.map((metric) => `ratio: ${metrics[metric]?.title ?? metric}`),
      ],
      ...ordered.map(([key, figures]) => {
        const [load = '', subject = ''] = key.split('\n')
        const cells = shown.map(([metric]) => {
          const figure = figures.get(metric)
          return figure === undefined ? '' : numberText(figure.median)
        })
        return [load, subject, ...cells, ...compared.map((metric) => ratioCell(comparisons, metric, load, subject))]
      }),
    ],
    { align: ['l', 'l', ...shown.map(() => 'r'), ...compared.map(() => 'r')] },
  )
}

function ratioCell(comparisons: readonly ComparisonResult[], metric: string, load: string, subject: string): string {
  const found = comparisons.filter(
    (each) => each.metric === metric && each.case === load && (each.kind === 'speed' ? each.to : each.of) === subject,
  )
  return found
    .map(({ of, ratio }) => (found.length > 1 ? `${of}: ${intervalText(ratio)}` : intervalText(ratio)))
    .join('; ')
}

function targetsTable({ comparisons, limits, metrics }: BenchmarkResult): string {
  const rows = [
    ...comparisons.flatMap(({ kind, case: load, of, to, metric, target, ratio, met }) =>
      target === undefined
        ? []
        : [
            [
              `${of} to ${to}, ${load}: ${metrics[metric]?.title ?? metric}`,
              `${kind === 'speed' ? '≥' : '≤'} ${target} ×`,
              intervalText(ratio),
              met === true ? 'met' : 'MISSED',
            ],
          ],
    ),
    ...limits.map(({ case: load, of, metric, target, value, met }) => [
      `${of}, ${load}: ${metrics[metric]?.title ?? metric}`,
      `${metrics[metric]?.better === 'less' ? '≤' : '≥'} ${numberText(target)}`,
      `${numberText(value.median)} (${numberText(value.low)} to ${numberText(value.high)})`,
      met ? 'met' : 'MISSED',
    ]),
  ]
  if (rows.length === 0) return ''
  return markdownTable([['target', 'aim', 'measured', ''], ...rows], { align: ['l', 'r', 'r', 'l'] })
}
