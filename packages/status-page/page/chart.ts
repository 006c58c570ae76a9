import uPlot from 'uplot'

import type { HostSample, Sample } from '../src/page-message.js'
import { make, setAttribute } from './dom.js'

/** A quantity that a chart shows of each host. */
export interface Quantity {
  readonly title: string
  readonly of: (sample: HostSample) => number | null
  readonly words: (value: number | null | undefined) => string
}

const HEIGHT = 140
/** Seconds that are shown. */
const WINDOW = 600

/** Seconds ago that are named below a chart. */
const TICKS = [540, 360, 180, 0]

const dark = matchMedia('(prefers-color-scheme: dark)')

/** One quantity of each host over the last ten minutes: a line for each. */
export class Chart {
  readonly element: HTMLElement
  readonly #quantity: Quantity
  readonly #area = make('div', { class: 'area', role: 'img' })
  #plot: uPlot | undefined
  #names: readonly string[] = []
  #samples: readonly Sample[] = []
  #now = 0

  constructor(quantity: Quantity) {
    this.#quantity = quantity
    this.element = make('figure', { class: 'chart' }, make('figcaption', {}, quantity.title), this.#area)
    new ResizeObserver(() => {
      const width = this.#area.clientWidth
      if (width > 0 && width !== this.#plot?.width) this.#plot?.setSize({ width, height: HEIGHT })
    }).observe(this.#area)
    dark.addEventListener('change', () => this.#draw())
  }

  update(samples: readonly Sample[], hosts: readonly string[], now: number): void {
    this.#samples = samples
    this.#now = now
    setAttribute(this.#area, 'aria-label', this.#summary(hosts))
    if (this.#plot === undefined || hosts.join() !== this.#names.join()) {
      this.#names = hosts
      this.#draw()
    } else this.#plot.setData(this.#data())
  }

  /** Draws the chart anew, for other hosts or colours. */
  #draw(): void {
    this.#plot?.destroy()
    const style = getComputedStyle(document.documentElement)
    const ink = style.getPropertyValue('--faint')
    const axis = { stroke: ink, grid: { stroke: style.getPropertyValue('--line'), width: 1 }, ticks: { show: false } }
    const { words } = this.#quantity
    const lines = this.#names.map((label, index) => ({
      label,
      stroke: style.getPropertyValue(`--series-${(index % 6) + 1}`),
      width: 2,
      // Dashes tell more hosts apart than there are colours, and help eyes that cannot tell the colours apart.
      dash: [[], [6, 3], [2, 3]][Math.floor(index / 2) % 3] ?? [],
      points: { show: false },
      value: (plot: uPlot, value: number | null, series: number, at: number | null) =>
        words(at === null ? plot.data[series]?.at(-1) : value),
    }))
    const options: uPlot.Options = {
      width: Math.max(this.#area.clientWidth, 200),
      height: HEIGHT,
      cursor: { y: false, drag: { x: false, y: false } },
      legend: { live: true },
      scales: {
        x: { time: true, range: () => [this.#now / 1000 - WINDOW, this.#now / 1000] },
        y: { range: (_: uPlot, _low: number, high: number) => [0, Math.max(high ?? 0, 1) * 1.1] },
      },
      axes: [
        {
          ...axis,
          size: 32,
          splits: () => TICKS.map((ago) => this.#now / 1000 - ago),
          values: (_: uPlot, at: number[]) => at.map((second) => minutesAgo(this.#now / 1000 - second)),
        },
        { ...axis, size: 62, values: (_: uPlot, values: number[]) => values.map((value) => words(value)) },
      ],
      series: [
        {
          value: (_: uPlot, at: number | null) => (at === null ? '' : new Date(at * 1000).toLocaleTimeString('en-GB')),
        },
        ...lines,
      ],
    }
    this.#plot = new uPlot(options, this.#data(), this.#area)
    // For a screen reader the label of the area has the same in words.
    this.#plot.root.setAttribute('aria-hidden', 'true')
  }

  #data(): uPlot.AlignedData {
    const times = this.#samples.map(({ at }) => at / 1000)
    const lines = this.#names.map((name) => this.#samples.map(({ hosts }) => this.#valueOf(hosts[name])))
    return [times, ...lines]
  }

  #valueOf(sample: HostSample | undefined): number | null {
    return sample === undefined ? null : this.#quantity.of(sample)
  }

  /** The chart in words. */
  #summary(hosts: readonly string[]): string {
    const told = hosts.map((name) => {
      const values = this.#samples.map((sample) => this.#valueOf(sample.hosts[name])).filter((value) => value !== null)
      if (values.length === 0) return `${name}: none`
      return `${name}: ${this.#quantity.words(values.at(-1))} now, ${this.#quantity.words(Math.max(...values))} at most`
    })
    return `${this.#quantity.title}. ${told.join('; ')}`
  }
}

function minutesAgo(seconds: number): string {
  const minutes = Math.round(seconds / 60)
  return minutes === 0 ? 'now' : `−${minutes} min`
}
