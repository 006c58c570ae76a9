import { type ChartSpec, drawSvg, INK } from '@mysql-hostpool/test/charts/svg'
import type { BenchmarkResult, ComparisonResult } from './result.js'

/** One row of the picture. */
interface Mark {
  readonly label: string
  readonly ratio: number
  readonly low: number
  readonly high: number
  readonly target: number | null
  /** How far the same pool strays from itself under this load; null where that was not measured. */
  readonly noiseLow: number | null
  readonly noiseHigh: number | null
  readonly verdict: keyof typeof COLORS
}

/** What is compared by one measure. */
interface Chart {
  readonly title: string
  readonly setting: string
  readonly marks: readonly Mark[]
}

const COLORS = { met: INK.good, missed: INK.bad, 'no target': INK.plain }
const EXPLANATION = [
  'Points are the medians of the ratios of all rounds, bars their 95 % intervals. Right of 1, mysql-hostpool is faster than what is named at the left.',
  'Green: the target (tick) is met. Red: missed. Grey: nothing is aimed at. Pale band: the same pool twice, which is the noise; differences within it mean nothing.',
]
const TICKS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]
const PLOT = 310
const ROW = 14
/** Of the title, the axis and the space between, in rows. */
const HEAD = 5

/** Every speed that was compared, with its interval, as an SVG; `caption` says what was measured, and on what. */
export function drawPicture(results: readonly BenchmarkResult[], caption: readonly string[] = []): Promise<string> {
  return drawSvg(spec(chartsOf(results), caption))
}

/** What is aimed at, with the noise; all that was compared, where nothing is aimed at. */
export function chartsOf(results: readonly BenchmarkResult[]): readonly Chart[] {
  return results.flatMap(({ title, setting, metrics, comparisons }) => {
    const speeds = comparisons.filter(({ kind }) => kind === 'speed')
    const noise = speeds.filter(isNoise)
    const compared = speeds.filter((each) => !isNoise(each))
    const aimless = compared.every(({ target }) => target === undefined)
    const shown = compared.filter(({ target }) => aimless || target !== undefined)
    return [...new Set(shown.map(({ metric }) => metric))].map((metric) => {
      const own = shown.filter((each) => each.metric === metric)
      const first = own[0]?.of
      return {
        title: `${title}: ${metrics[metric]?.title ?? metric}`,
        setting,
        marks: own.map((each) => {
          const again = noise.find((other) => other.metric === metric && other.case === each.case)
          return markOf(each, again, each.of === first ? '' : `, ${variantOf(each.of)}`)
        }),
      }
    })
  })
}

function markOf(compared: ComparisonResult, again: ComparisonResult | undefined, variant: string): Mark {
  const { case: load, to, ratio, target, met } = compared
  return {
    // What both have in common is said once.
    label: `${load}${variant}: ${(variant === '' ? to : to.replace(variant, '')).replace('@prisma/', '')}`,
    ratio: ratio.median,
    low: ratio.low,
    high: ratio.high,
    target: target ?? null,
    noiseLow: again?.ratio.low ?? null,
    noiseHigh: again?.ratio.high ?? null,
    verdict: met === undefined ? 'no target' : met ? 'met' : 'missed',
  }
}

/** What sets this pool apart from the others of its name: `three hosts`. */
function variantOf(subject: string): string {
  return subject.replace(/^mysql-hostpool,? ?/, '')
}

function isNoise({ of, to }: { readonly of: string; readonly to: string }): boolean {
  return to.startsWith(of) && to.endsWith('again')
}

/** Two columns of about the same height, in order, so that the picture fits a screen. */
export function columnsOf(charts: readonly Chart[]): readonly (readonly Chart[])[] {
  const height = (some: readonly Chart[]) => some.reduce((sum, { marks }) => sum + marks.length + HEAD, 0)
  const taller = (split: number) => Math.max(height(charts.slice(0, split)), height(charts.slice(split)))
  const splits = charts.map((_, index) => index + 1)
  const best = splits.reduce((one, other) => (taller(other) < taller(one) ? other : one), charts.length)
  return [charts.slice(0, best), charts.slice(best)].filter((column) => column.length > 0)
}

function spec(charts: readonly Chart[], caption: readonly string[]): ChartSpec {
  const bounds = charts.flatMap(({ marks }) => marks.flatMap(({ low, high, target }) => [low, high, target ?? 1]))
  const domain: [number, number] = [Math.min(0.8, ...bounds) * 0.95, Math.max(1.25, ...bounds) * 1.05]
  return {
    padding: 14,
    title: {
      text: 'How many times as fast mysql-hostpool is',
      subtitle: [...EXPLANATION, ...caption],
      anchor: 'start',
      fontSize: 16,
      subtitleFontSize: 11.5,
      subtitleLineHeight: 16,
      offset: 16,
    },
    spacing: 28,
    hconcat: columnsOf(charts).map((column) => ({
      spacing: 16,
      vconcat: column.map((chart) => chartSpec(chart, domain)),
    })),
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
    axis: { domain: false, ticks: false, grid: false },
  } as const
  const scale = { type: 'log', nice: false, domain } as const
  const axis = { values: TICKS.filter((tick) => tick >= domain[0] && tick <= domain[1]), format: '~g' }
  return {
    title: {
      text: title,
      subtitle: setting,
      anchor: 'start',
      frame: 'bounds',
      fontSize: 12.5,
      subtitleFontSize: 10.5,
      offset: 6,
    },
    width: PLOT,
    height: { step: ROW },
    data: { values: [...marks] },
    layer: [
      {
        transform: [{ filter: 'datum.noiseLow !== null' }],
        mark: { type: 'bar', color: INK.band, height: ROW - 3 },
        encoding: {
          y,
          x: { field: 'noiseLow', type: 'quantitative', scale, axis, title: null },
          x2: { field: 'noiseHigh' },
        },
      },
      { mark: { type: 'rule', color: INK.faint, strokeDash: [3, 3] }, encoding: { x: { datum: 1 } } },
      {
        mark: { type: 'rule', strokeWidth: 2.5 },
        encoding: {
          y,
          x: { field: 'low', type: 'quantitative', scale, axis, title: null },
          x2: { field: 'high' },
          color,
        },
      },
      {
        mark: { type: 'point', filled: true, size: 42, opacity: 1 },
        encoding: { y, x: { field: 'ratio', type: 'quantitative' }, color },
      },
      {
        transform: [{ filter: 'datum.target !== null' }],
        mark: { type: 'tick', color: INK.text, thickness: 2, size: 11 },
        encoding: { y, x: { field: 'target', type: 'quantitative' } },
      },
    ],
  } satisfies NonNullable<Extract<ChartSpec, { vconcat: unknown }>['vconcat']>[number]
}
