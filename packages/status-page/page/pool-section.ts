import type { HostSample, PoolView, Sample } from '../src/page-message.js'
import { Chart } from './chart.js'
import { Connections } from './connections.js'
import { CountersTable } from './counters.js'
import { make, setAttribute, setText } from './dom.js'
import { EventsTable } from './events-table.js'
import { latency, rate } from './format.js'
import { HostsTable } from './hosts-table.js'

/** The most samples that the charts show: as many as the application remembers, of ten minutes. */
const MOST_SAMPLES = 120

const MARKS: Readonly<Record<PoolView['sentence']['level'], string>> = {
  well: '✓',
  note: 'i',
  warning: '!',
  problem: '✕',
}

/** The section of the page for one pool. */
export class PoolSection {
  readonly element: HTMLElement
  readonly #mark = make('span', { class: 'mark', 'aria-hidden': 'true' })
  readonly #words = make('span')
  readonly #sentence = make('p', { class: 'sentence' }, this.#mark, this.#words)
  readonly #hosts: HostsTable
  readonly #connections = new Connections()
  readonly #latency = new Chart({ title: 'Latency of statements', of: ({ latency: time }) => time, words: latency })
  readonly #traffic = new Chart({
    title: 'Traffic: checkouts a second',
    of: ({ rate: perSecond }) => perSecond,
    words: (value) => rate(value ?? undefined),
  })
  readonly #counters = new CountersTable()
  readonly #events: EventsTable
  #samples: readonly Sample[] = []
  /** The hosts for which the charts have lines. */
  #drawn = ''

  /** @param number - makes the ids of elements unique in the page */
  constructor(name: string, number: number) {
    const id = `pool-${number}`
    this.#hosts = new HostsTable(`Hosts of ${name}`)
    this.#events = new EventsTable(`The last events of ${name}`)
    const charts = make('div', { class: 'charts' }, this.#latency.element, this.#traffic.element)
    const rest = make('div', { class: 'rest' }, this.#counters.element, this.#events.element)
    this.element = make(
      'section',
      { 'aria-labelledby': id },
      make('h2', { id }, name),
      this.#sentence,
      this.#hosts.element,
      this.#connections.element,
      charts,
      rest,
    )
  }

  update(view: PoolView, first: boolean, now: number): void {
    const { sentence, samples, hosts } = view
    setAttribute(this.#sentence, 'data-level', sentence.level)
    setText(this.#mark, MARKS[sentence.level])
    setText(this.#words, sentence.text)
    this.#samples = [...(first ? [] : this.#samples), ...samples].slice(-MOST_SAMPLES)
    const last: Readonly<Record<string, HostSample>> = this.#samples.at(-1)?.hosts ?? {}
    this.#hosts.update(view, now, last)
    this.#connections.update(view)
    this.#drawCharts(first || samples.length > 0, hosts, now)
    this.#counters.update(view)
    this.#events.update(view.events, first, now)
  }

  /** Draws the charts where they have something new. */
  #drawCharts(isNew: boolean, hosts: PoolView['hosts'], now: number): void {
    const names = hosts.map(({ name }) => name)
    if (!isNew && names.join() === this.#drawn) return
    this.#drawn = names.join()
    this.#latency.update(this.#samples, names, now)
    this.#traffic.update(this.#samples, names, now)
  }
}
