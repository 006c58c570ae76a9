import { type ChartSpec, INK } from '../charts/svg.js'
import { wrap } from '../program/wrap.js'
import type { DrillRecord } from './drill.js'
import { FATES, readBars, readWords, STEP, type ReadBar } from './read-bars.js'
import type { Sample } from './record.js'
import type { SubjectName } from './subjects/subject.js'

/** Seconds that are shown before the fault. */
const BEFORE = 3
const WIDTH = 700
/** Letters of a line below a title. */
const LINE = 120

const COLORS = [INK.good, INK.fair, INK.bad]

const POOLS: Readonly<Record<SubjectName, string>> = {
  hostpool: 'mysql-hostpool',
  'hostpool-typeorm': 'mysql-hostpool, through TypeORM',
  'hostpool-prisma': 'mysql-hostpool, through Prisma',
  mysql2: "mysql2's PoolCluster, as it comes",
  'mysql2-tuned': "mysql2's PoolCluster, tuned for this",
  mariadb: "the MariaDB connector's cluster, as it comes",
  'mariadb-tuned': "the MariaDB connector's cluster, tuned for this",
}

/** A moment of the drill, in seconds after the fault. */
interface Moment {
  readonly at: number
  readonly label: string
}

/** What the reads of each pool met in one drill, by when they were due. The first line of the caption is the title. */
export function drillChart(record: DrillRecord, caption: readonly string[]): ChartSpec {
  const { from, to, episodes, subjects } = record
  const [title = '', ...below] = caption
  const domain: [number, number] = [-BEFORE, Math.floor((to - from) / 1000)]
  const isShown = ({ kind, due }: Sample) =>
    kind === 'read' && due >= from + domain[0] * 1000 && due < from + domain[1] * 1000
  const panels = subjects.map(({ name, configuration, record: seen }) => {
    const reads = 'failure' in seen ? [] : seen.samples.filter(isShown)
    const words =
      'failure' in seen ? `its process failed: ${seen.failure}` : readWords(reads, seen.sent - seen.samples.length)
    return {
      title: POOLS[name],
      words: [...lines(words), ...lines(unquoted(configuration))],
      bars: readBars(reads, record),
    }
  })
  const most = Math.max(1, ...panels.map(({ bars }) => tallest(bars)))
  const moments = episodes.flatMap(({ node, breaking, mending, usable }): Moment[] => [
    { at: (breaking - from) / 1000, label: `fault of node ${node + 1}` },
    { at: (mending - from) / 1000, label: 'taken back' },
    { at: (usable - from) / 1000, label: 'a full member again' },
  ])
  return {
    padding: 14,
    title: { text: title, subtitle: below.flatMap(lines), ...TITLE, fontSize: 16, subtitleFontSize: 11.5, offset: 16 },
    spacing: 20,
    // The last panel alone has the legend.
    resolve: { scale: { color: 'independent' } },
    vconcat: panels.map((each, index) =>
      panel({ ...each, domain, most, moments, place: { isFirst: index === 0, isLast: index === panels.length - 1 } }),
    ),
  }
}

/** The reads of the step with most of them. */
function tallest(bars: readonly ReadBar[]): number {
  const piles = new Map<number, number>()
  for (const { from, reads } of bars) piles.set(from, (piles.get(from) ?? 0) + reads)
  return Math.max(0, ...piles.values())
}

const TITLE = { anchor: 'start', frame: 'group', subtitleLineHeight: 15 } as const

function lines(text: string): readonly string[] {
  return wrap(text, LINE)
}

/** JSON reads as well without its quotes and braces. */
function unquoted(json: string): string {
  return json
    .replaceAll(/["{}]/g, '')
    .replaceAll(/([:,])(?=\S)/g, '$1 ')
    .replaceAll(' ,', ' by default,')
}

interface Panel {
  readonly title: string
  readonly words: readonly string[]
  readonly bars: readonly ReadBar[]
  readonly domain: [number, number]
  /** Reads at the top of the scale. */
  readonly most: number
  readonly moments: readonly Moment[]
  readonly place: { readonly isFirst: boolean; readonly isLast: boolean }
}

function panel({ title, words, bars, domain, most, moments, place }: Panel) {
  const x = {
    type: 'quantitative',
    scale: { domain, nice: false },
    axis: { grid: false, tickMinStep: 1, title: place.isLast ? 'seconds after the fault' : null },
  } as const
  const at = { ...x, field: 'at' } as const
  return {
    title: {
      text: title,
      subtitle: [...words],
      ...TITLE,
      fontSize: 13,
      subtitleFontSize: 11,
      offset: place.isFirst ? 20 : 6,
    },
    width: WIDTH,
    height: 84,
    layer: [
      {
        data: { values: [...bars] },
        mark: { type: 'bar', binSpacing: 0.5, aria: false },
        encoding: {
          x: { ...x, field: 'from', bin: 'binned' },
          x2: { field: 'to' },
          y: {
            field: 'reads',
            type: 'quantitative',
            stack: 'zero',
            scale: { domainMax: most, nice: false },
            axis: { title: `reads due in ${STEP} s`, tickCount: 3 },
          },
          color: {
            field: 'fate',
            type: 'nominal',
            title: null,
            scale: { domain: [...FATES], range: COLORS },
            legend: place.isLast ? { orient: 'bottom', symbolType: 'square' } : null,
          },
          order: { field: 'rank', type: 'quantitative' },
        },
      },
      {
        data: { values: [...moments] },
        mark: { type: 'rule', color: INK.text, strokeDash: [3, 3] },
        encoding: { x: at },
      },
      {
        data: { values: place.isFirst ? [...moments] : [] },
        mark: { type: 'text', align: 'left', baseline: 'bottom', dx: 3, y: -2, color: INK.text, fontSize: 11 },
        encoding: { x: at, text: { field: 'label', type: 'nominal' } },
      },
    ],
  } satisfies NonNullable<Extract<ChartSpec, { vconcat: unknown }>['vconcat']>[number]
}
