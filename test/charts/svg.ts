import * as vega from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'

/** What a chart shows, in Vega-Lite's words. */
export type ChartSpec = TopLevelSpec

/** The colours of a chart. Each has a dark twin, for readers in the dark. */
export const INK = {
  paper: '#fdfdfc',
  text: '#1f2933',
  faint: '#5b6673',
  line: '#d5dae0',
  good: '#15803c',
  fair: '#c98308',
  bad: '#c2281d',
  plain: '#3f4c5c',
  band: '#dde2e8',
} as const

const IN_THE_DARK: Readonly<Record<keyof typeof INK, string>> = {
  paper: '#161b22',
  text: '#e8ecf0',
  faint: '#a9b4c0',
  line: '#3a434e',
  good: '#46b866',
  fair: '#e3a52b',
  bad: '#f0645a',
  plain: '#b6c2cf',
  band: '#39424d',
}

/**
 * Letters are this wide on average, in parts of their size, in the widest of the usual fonts. There is nothing here to measure
 * them with, and Vega's own guess of 0.8 leaves a third of a picture empty.
 */
const LETTER = 0.58

interface TextMetrics {
  width: (item: { readonly fontSize?: number }, text: string | number | null | undefined) => number
}

/** Vega exports it, and its types do not know it. */
const { textMetrics } = vega as typeof vega & { readonly textMetrics: TextMetrics }
textMetrics.width = ({ fontSize = 11 }, text) => String(text ?? '').length * LETTER * fontSize

/** A chart as an SVG that is as readable in the dark as in the light. No label is cut. */
export async function drawSvg(spec: ChartSpec): Promise<string> {
  const view = new vega.View(vega.parse(compile({ ...spec, background: INK.paper, config: CONFIG }).spec), {
    renderer: 'none',
  })
  try {
    const svg = await view.toSVG()
    return `${svg.replace(/^<svg [^>]*>/, (head) => `${head}${STYLE}`)}\n`
  } finally {
    view.finalize()
  }
}

const LABELS = {
  labelLimit: 0,
  titleLimit: 0,
  labelColor: INK.faint,
  titleColor: INK.faint,
  titleFontWeight: 'normal',
} as const

const CONFIG = {
  font: 'system-ui, "Segoe UI", "Liberation Sans", Helvetica, Arial, sans-serif',
  view: { stroke: null },
  title: { color: INK.text, subtitleColor: INK.faint, limit: 0 },
  axis: { ...LABELS, gridColor: INK.line, domainColor: INK.line, tickColor: INK.line },
  legend: { ...LABELS, labelColor: INK.text },
} as const

/** A rule of a style sheet wins over the colour that an element names itself. */
const STYLE = `<style>@media (prefers-color-scheme: dark) {${Object.entries(INK)
  .map(([name, color]) => {
    const dark = IN_THE_DARK[name as keyof typeof INK]
    return `[fill="${color}"]{fill:${dark}}[stroke="${color}"]{stroke:${dark}}`
  })
  .join('')}}</style>`
