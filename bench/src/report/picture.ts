import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import type { BenchmarkResult } from './result.js'

/** One bar of the picture. */
interface Mark {
  readonly benchmark: string
  readonly label: string
  readonly ratio: number
  readonly low: number
  readonly high: number
  readonly target: number | null
  readonly verdict: 'met' | 'missed' | 'no target'
}

const AXIS = 'times as fast; green: target (tick) met, orange: missed, grey: nothing aimed at'
const COLORS = { met: '#1a7f5a', missed: '#c2410c', 'no target': '#64748b' }

/** Every speed that was compared, with its interval, as an SVG. */
export async function drawPicture(results: readonly BenchmarkResult[]): Promise<string> {
  const view = new View(parse(compile(spec(results)).spec), { renderer: 'none' })
  try {
    return `${await view.toSVG()}\n`
  } finally {
    view.finalize()
  }
}

/** What is aimed at and the noise; all that was compared, where nothing is aimed at. */
export function marksOf(results: readonly BenchmarkResult[]): readonly Mark[] {
  return results.flatMap(({ title, comparisons }) => {
    const speeds = comparisons.filter(({ kind }) => kind === 'speed')
    const aimless = speeds.every(({ target }) => target === undefined)
    return speeds
      .filter(({ target, of, to }) => aimless || target !== undefined || to.startsWith(of))
      .map(({ to, case: load, ratio, target, met }): Mark => ({
        benchmark: title,
        label: `${load}: ${to}`,
        ratio: ratio.median,
        low: ratio.low,
        high: ratio.high,
        target: target ?? null,
        verdict: met === undefined ? 'no target' : met ? 'met' : 'missed',
      }))
  })
}

function spec(results: readonly BenchmarkResult[]): TopLevelSpec {
  return {
    background: 'white',
    padding: 12,
    title: { text: 'How many times as fast mysql-hostpool is, with the 95 % interval', anchor: 'start', fontSize: 14 },
    vconcat: results.flatMap((result) => {
      const values = marksOf([result])
      return values.length === 0 ? [] : [chart(result.title, values)]
    }),
  }
}

function chart(title: string, values: readonly Mark[]) {
  const color = {
    field: 'verdict',
    type: 'nominal',
    title: null,
    scale: { domain: Object.keys(COLORS), range: Object.values(COLORS) },
    legend: null,
  } as const
  const y = {
    field: 'label',
    type: 'nominal',
    sort: null,
    title: null,
    axis: { labelLimit: 340, domain: false, ticks: false },
  } as const
  return {
    title: { text: title, anchor: 'start', fontSize: 12 },
    width: 420,
    height: { step: 15 },
    data: { values: [...values] },
    layer: [
      { mark: { type: 'rule', color: '#9ca3af', strokeDash: [3, 3] }, encoding: { x: { datum: 1 } } },
      {
        mark: { type: 'rule', strokeWidth: 2 },
        encoding: {
          y,
          x: { field: 'low', type: 'quantitative', scale: { type: 'log' }, title: AXIS },
          x2: { field: 'high' },
          color,
        },
      },
      {
        mark: { type: 'point', filled: true, size: 45, opacity: 1 },
        encoding: { y, x: { field: 'ratio', type: 'quantitative' }, color },
      },
      {
        transform: [{ filter: 'datum.target !== null' }],
        mark: { type: 'tick', color: '#111827', thickness: 2, size: 11 },
        encoding: { y, x: { field: 'target', type: 'quantitative' } },
      },
    ],
  } satisfies NonNullable<Extract<TopLevelSpec, { vconcat: unknown }>['vconcat']>[number]
}
