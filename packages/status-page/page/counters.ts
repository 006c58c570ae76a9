import type { PoolView } from '../src/page-message.js'
import { make, setAttribute, setText } from './dom.js'
import { count, latency } from './format.js'

type Counters = PoolView['counters']

interface Line {
  readonly name: string
  readonly value: (counters: Counters) => string
  /** Whether the value is worth a look. */
  readonly isOdd?: (counters: Counters) => boolean
}

const CAUSES: Readonly<Record<keyof Counters['retries'], string>> = {
  lost: 'connection lost',
  notReady: 'host not ready',
  readOnly: 'host takes no writes',
  conflict: 'another transaction came first',
}

const LINES: readonly Line[] = [
  { name: 'Checkouts', value: ({ served }) => count(served) },
  {
    name: 'Callers that waited',
    value: ({ waits, waited }) => (waits === 0 ? '0' : `${count(waits)}, ${latency(waited / waits)} on average`),
  },
  {
    name: 'Callers that got no connection in time',
    value: ({ acquireTimeouts }) => count(acquireTimeouts),
    isOdd: ({ acquireTimeouts }) => acquireTimeouts > 0,
  },
  { name: 'Statements that were sent again', value: ({ retries }) => withParts(retries, CAUSES) },
  { name: 'Reads that were asked of a second host (hedges)', value: ({ hedges }) => count(hedges) },
  {
    name: 'Writes whose outcome is unknown',
    value: ({ unknownOutcomes }) => count(unknownOutcomes),
    isOdd: ({ unknownOutcomes }) => unknownOutcomes > 0,
  },
  { name: 'Connections that were closed', value: ({ closes }) => withParts(closes) },
]

/** The sum, and the parts of it. */
function withParts<Name extends string>(
  parts: Readonly<Record<Name, number>>,
  words?: Readonly<Record<Name, string>>,
): string {
  const some = (Object.entries(parts) as [Name, number][]).filter(([, times]) => times > 0)
  const sum = some.reduce((total, [, times]) => total + times, 0)
  const told = some.map(([name, times]) => `${words?.[name] ?? name} ${count(times)}`)
  return told.length === 0 ? '0' : `${count(sum)} (${told.join(', ')})`
}

/** The counters of the pool since it was made. */
export class CountersTable {
  readonly element: HTMLElement
  readonly #cells = LINES.map(() => make('td'))

  constructor() {
    const rows = LINES.map(({ name }, index) =>
      make('tr', {}, make('th', { scope: 'row' }, name), this.#cells[index] ?? make('td')),
    )
    const caption = make('caption', {}, 'Counted since the pool was made')
    const table = make('table', { class: 'counters' }, caption, make('tbody', {}, ...rows))
    this.element = make('div', {}, table)
  }

  update({ counters }: PoolView): void {
    for (const [index, { value, isOdd }] of LINES.entries()) {
      const cell = this.#cells[index]
      if (cell === undefined) continue
      setText(cell, value(counters))
      setAttribute(cell, 'class', isOdd?.(counters) === true ? 'odd' : '')
    }
  }
}
