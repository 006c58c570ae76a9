import type { PoolStatus } from '@mysql-hostpool/core'

import { HostColumns } from './host-columns.js'
import type { ReadPeriod } from './reads.js'

/** The number of lines after which the header is written again. */
const HEADER_EVERY = 20

/** The view as plain lines, one a second. */
export class WatchLines {
  readonly #columns: HostColumns
  #hosts = ''
  #lines = 0

  /** @param status - the pool before the first line */
  constructor(status: PoolStatus) {
    this.#columns = new HostColumns(status)
  }

  /** The next line, under a header where one is due. */
  second(time: Date, period: ReadPeriod, status: PoolStatus): readonly string[] {
    const hosts = status.hosts.map(({ name }) => name).join()
    const header = hosts !== this.#hosts || this.#lines % HEADER_EVERY === 0 ? this.#header(status) : []
    this.#lines = hosts === this.#hosts ? this.#lines + 1 : 1
    this.#hosts = hosts
    const start = [
      clockTime(time),
      String(period.done).padStart(5),
      String(period.open).padStart(5),
      String(Math.ceil(period.worst)).padStart(7),
      String(period.failed).padStart(7),
      String(status.waiting).padStart(8),
    ]
    return [...header, `${start.join('')}${this.#columns.cells(status)}`]
  }

  event(time: Date, text: string): string {
    return `${clockTime(time)} * ${text}`
  }

  #header(status: PoolStatus): readonly string[] {
    const [groups, names] = this.#columns.header(status)
    return [`${' '.repeat(40)}${groups}`, `    time done open     ms failed waiting${names}`]
  }
}

export function clockTime(time: Date): string {
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':')
}
