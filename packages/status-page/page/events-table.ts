import type { PageEvent } from '../src/page-message.js'
import { arrange, make, setAttribute, setText } from './dom.js'
import { timeOfDay } from './format.js'

/** The most events that are shown: as many as the application remembers. */
const MOST = 100

const LEVELS: Readonly<Record<PageEvent['level'], string>> = { bad: 'fault', odd: 'notice', good: 'mended', plain: '' }

/** The last events in words, the newest first. */
export class EventsTable {
  readonly element: HTMLElement
  readonly #body = make('tbody')
  readonly #none = make('p', { class: 'none' }, 'Nothing has happened yet.')
  readonly #events = new Map<number, PageEvent>()
  readonly #rows = new Map<number, HTMLTableRowElement>()

  constructor(caption: string) {
    const heads = ['Time', 'Kind', 'What happened'].map((name) => make('th', { scope: 'col' }, name))
    const head = make('thead', {}, make('tr', {}, ...heads))
    const table = make('table', { class: 'events' }, make('caption', {}, caption), head, this.#body)
    this.element = make(
      'div',
      { class: 'scroll tall', tabindex: '0', role: 'region', 'aria-label': caption },
      table,
      this.#none,
    )
  }

  update(news: readonly PageEvent[], first: boolean, now: number): void {
    if (first) this.#events.clear()
    for (const event of news) this.#events.set(event.id, event)
    if (news.length === 0 && !first) return
    const shown = [...this.#events.values()].sort((a, b) => b.id - a.id).slice(0, MOST)
    const ids = new Set(shown.map(({ id }) => id))
    for (const id of this.#events.keys()) if (!ids.has(id)) this.#events.delete(id)
    for (const id of this.#rows.keys()) if (!ids.has(id)) this.#rows.delete(id)
    arrange(
      this.#body,
      shown.map((event) => this.#row(event, now)),
    )
    this.#none.hidden = shown.length > 0
  }

  #row({ id, first, last, times, level, text }: PageEvent, now: number): HTMLTableRowElement {
    const row =
      this.#rows.get(id) ?? make('tr', {}, make('td', { class: 'time' }), make('td', { class: 'kind' }), make('td'))
    this.#rows.set(id, row)
    setAttribute(row, 'data-level', level)
    const [time, kind, words] = row.children
    if (time !== undefined) setText(time, timeOfDay(first, now))
    if (kind !== undefined) setText(kind, LEVELS[level])
    const again = times > 1 ? ` (${times} times, until ${timeOfDay(last, now)})` : ''
    if (words !== undefined) setText(words, `${text}${again}`)
    return row
  }
}
