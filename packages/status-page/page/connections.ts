import type { PoolView } from '../src/page-message.js'
import { make, setText } from './dom.js'
import { count } from './format.js'

/** Connections by state, as parts of the limit: a bar, and the same in words. */
export class Connections {
  readonly element: HTMLElement
  readonly #parts = { inUse: part('in-use'), idle: part('idle'), connecting: part('opening') }
  readonly #words = make('p', { class: 'connections' })

  constructor() {
    // For a screen reader the words beside the bar say the same.
    const bar = make('div', { class: 'bar', 'aria-hidden': 'true' }, ...Object.values(this.#parts))
    this.element = make('div', {}, make('h3', {}, 'Connections'), bar, this.#words)
  }

  update({ inUse, idle, connecting, total, connectionLimit, waiting }: PoolView): void {
    const counts = { inUse, idle, connecting }
    for (const [name, element] of Object.entries(this.#parts)) {
      const share = counts[name as keyof typeof counts] / Math.max(connectionLimit, total, 1)
      element.style.width = `${share * 100}%`
    }
    const closing = total - inUse - idle - connecting
    const states = [
      `${count(inUse)} in use`,
      `${count(idle)} idle`,
      ...(connecting > 0 ? [`${count(connecting)} opening`] : []),
      ...(closing > 0 ? [`${count(closing)} closing or being checked`] : []),
    ]
    const waits = waiting === 1 ? '1 caller waits' : `${waiting === 0 ? 'no' : count(waiting)} callers wait`
    setText(this.#words, `${states.join(', ')}, of ${count(connectionLimit)} at most; ${waits}`)
  }
}

function part(name: string): HTMLElement {
  return make('span', { class: name })
}
