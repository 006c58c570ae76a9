import type { HostSample, PoolView } from '../src/page-message.js'
import { arrange, make, setAttribute, setText } from './dom.js'
import { ago, count, latency, rate } from './format.js'

type Host = PoolView['hosts'][number]

interface Column {
  readonly name: string
  readonly isNumber?: boolean
  readonly cell: (host: Host, now: number, sample: HostSample | undefined) => string
}

const STATES: Readonly<Record<Host['state'], string>> = {
  up: 'up',
  down: 'down',
  suspect: 'in doubt',
  draining: 'draining',
  unknown: 'not asked yet',
}

const COLUMNS: readonly Column[] = [
  { name: 'State', cell: ({ state }) => STATES[state] },
  { name: 'For', isNumber: true, cell: ({ since }, now) => ago(now - since) },
  { name: 'Gets', cell: ({ serves }) => servesWords(serves) },
  { name: 'In use', isNumber: true, cell: ({ inUse }) => count(inUse) },
  { name: 'Idle', isNumber: true, cell: ({ idle }) => count(idle) },
  { name: 'Opening', isNumber: true, cell: ({ connecting }) => count(connecting) },
  { name: 'Latency', isNumber: true, cell: (host) => latency(host.state === 'down' ? undefined : host.latency) },
  { name: 'Traffic', isNumber: true, cell: (_host, _now, sample) => rate(sample?.rate) },
  { name: 'Failed connects', isNumber: true, cell: ({ counters }) => count(counters.connectsFailed) },
  { name: 'Why', cell: ({ reason, writable }) => reason || (writable ? '' : 'it takes no writes') },
]

function servesWords({ read, write }: Host['serves']): string {
  if (read && write) return 'reads, writes'
  if (read) return 'reads'
  return write ? 'writes' : 'nothing'
}

/**
 * The table of the hosts. On a narrow screen the style turns each row into a card. The roles are written out, because a screen
 * reader takes a table with another layout for no table.
 */
export class HostsTable {
  readonly element: HTMLElement
  readonly #body = make('tbody', { role: 'rowgroup' })
  readonly #rows = new Map<string, HTMLTableRowElement>()

  constructor(caption: string) {
    const heads = ['Host', ...COLUMNS.map(({ name }) => name)].map((name) =>
      make('th', { scope: 'col', role: 'columnheader' }, name),
    )
    const head = make('thead', { role: 'rowgroup' }, make('tr', { role: 'row' }, ...heads))
    const table = make('table', { role: 'table', class: 'hosts' }, make('caption', {}, caption), head, this.#body)
    // With this a table that is wider than the screen can be scrolled by keyboard.
    this.element = make('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption }, table)
  }

  update({ hosts }: PoolView, now: number, samples: Readonly<Record<string, HostSample>>): void {
    const rows = hosts.map((host) => {
      const row = this.#row(host.name)
      setAttribute(row, 'data-state', host.state)
      for (const [index, { cell }] of COLUMNS.entries()) {
        const element = row.children[index + 1]
        if (element !== undefined) setText(element, cell(host, now, samples[host.name]))
      }
      return row
    })
    for (const name of this.#rows.keys()) if (!hosts.some((host) => host.name === name)) this.#rows.delete(name)
    arrange(this.#body, rows)
  }

  #row(name: string): HTMLTableRowElement {
    const known = this.#rows.get(name)
    if (known !== undefined) return known
    const cells = COLUMNS.map((column) => {
      const className = [column.isNumber === true ? 'number' : '', column.name.toLowerCase().replaceAll(' ', '-')]
      return make('td', { role: 'cell', 'data-label': column.name, class: className.join(' ').trim() })
    })
    const row = make('tr', { role: 'row' }, make('th', { scope: 'row', role: 'rowheader' }, name), ...cells)
    this.#rows.set(name, row)
    return row
  }
}
