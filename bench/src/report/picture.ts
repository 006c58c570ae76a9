import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import type { BenchmarkResult } from './result.js'

/** One bar of the picture. */
interface Mark {
  readonly label: string
  readonly ratio: number
  readonly low: number
  readonly high: number
  readonly target: number | null
  readonly verdict: keyof typeof COLORS
}

/** What is compared by one measure. */
interface Chart {
  readonly title: string
  readonly setting: string
  readonly marks: readonly Mark[]
}

const COLORS = { met: '#1a7f5a', missed: '#c2410c', 'no target': '#334155', noise: '#94a3b8' }
const EXPLANATION = [
  'Points are the medians of the ratios of all rounds, bars their 95 % intervals. Right of 1, mysql-hostpool is faster than',
  'what is named. Green: the target (tick) is met; orange: missed; dark: nothing is aimed at; pale: the same pool twice, the noise.',
]
const TICKS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]

/** Every speed that was compared, with its interval, as an SVG; `caption` says what was measured, and on what. */
export async function drawPicture(
  results: readonly BenchmarkResult[],
  caption: readonly string[] = [],
): Promise<string> {
  const view = new View(parse(compile(spec(chartsOf(results), caption)).spec), { renderer: 'none' })
  try {
    return `${await view.toSVG()}\n`
  } finally {
    view.finalize()
  }
}

/** What is aimed at and the noise; all that was compared, where nothing is aimed at. */
export function chartsOf(results: readonly BenchmarkResult[]): readonly Chart[] {
  return results.flatMap(({ title, setting, metrics, comparisons }) => {
    const speeds = comparisons.filter(({ kind }) => kind === 'speed')
    const aimless = speeds.every(({ target }) => target === undefined)
    const aimed = new Set(speeds.filter(({ target }) => aimless || target !== undefined).map(loadOf))
    const shown = speeds.filter((each) => {
      const noise = isNoise(each) && aimed.has(loadOf(each))
      return aimless || each.target !== undefined || noise
    })
    return [...new Set(shown.map(({ metric }) => metric))].map((metric) => ({
      title: `${title}: ${metrics[metric]?.title ?? metric}`,
      setting,
      marks: shown
        .filter((each) => each.metric === metric)
        .map(({ of, to, case: load, ratio, target, met }): Mark => ({
          label: `${load}: ${to}`,
          ratio: ratio.median,
          low: ratio.low,
          high: ratio.high,
          target: target ?? null,
          verdict: isNoise({ of, to }) ? 'noise' : met === undefined ? 'no target' : met ? 'met' : 'missed',
        })),
    }))
  })
}

function isNoise({ of, to }: { readonly of: string; readonly to: string }): boolean {
  return to.startsWith(of) && to.endsWith('again')
}

function loadOf(compared: { readonly case: string; readonly metric: string }): string {
  return `${compared.metric} ${compared.case}`
}

function spec(charts: readonly Chart[], caption: readonly string[]): TopLevelSpec {
  const bounds = charts.flatMap(({ marks }) => marks.flatMap(({ low, high, target }) => [low, high, target ?? 1]))
  const domain: [number, number] = [Math.min(0.8, ...bounds) * 0.95, Math.max(1.25, ...bounds) * 1.05]
  return {
    background: 'white',
    padding: 12,
    config: { font: 'Helvetica, Arial, sans-serif', axis: { labelLimit: 400 } },
    title: {
      text: 'How many times as fast mysql-hostpool is',
      subtitle: [...EXPLANATION, ...caption],
      anchor: 'start',
      fontSize: 15,
      subtitleFontSize: 11,
      subtitleColor: '#475569',
      offset: 14,
    },
    vconcat: charts.map((chart) => chartSpec(chart, domain)),
  }
}

function chartSpec({ title, setting, marks }: Chart, domain: [number, number]) {
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
    axis: { labelLimit: 400, minExtent: 270, domain: false, ticks: false },
  } as const
  const axis = { values: TICKS.filter((tick) => tick >= domain[0] && tick <= domain[1]), format: '~g' }
  return {
    title: { text: title, subtitle: setting, anchor: 'start', frame: 'group', fontSize: 12, subtitleColor: '#475569' },
    width: 440,
    height: { step: 16 },
    data: { values: [...marks] },
    layer: [
      { mark: { type: 'rule', color: '#9ca3af', strokeDash: [3, 3] }, encoding: { x: { datum: 1 } } },
      {
        mark: { type: 'rule', strokeWidth: 2.5 },
        encoding: {
          y,
          x: { field: 'low', type: 'quantitative', scale: { type: 'log', nice: false, domain }, axis, title: null },
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
        mark: { type: 'tick', color: '#111827', thickness: 2, size: 12 },
        encoding: { y, x: { field: 'target', type: 'quantitative' } },
      },
    ],
  } satisfies NonNullable<Extract<TopLevelSpec, { vconcat: unknown }>['vconcat']>[number]
}
