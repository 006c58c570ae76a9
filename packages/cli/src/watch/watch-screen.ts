import type { HostStatus, PoolStatus } from '@mysql-hostpool/core'

import type { Colours } from '../text/colours.js'
import { cut } from '../text/cut.js'
import { table } from '../text/table.js'
import { type HostColumn, hostColumns, servedByHost } from './host-columns.js'
import type { ReadPeriod } from './reads.js'
import { clockTime } from './watch-lines.js'

const MOST_NEWS = 8
/** The characters of a row that its other cells take, about; the reason gets the rest. */
const BESIDE_REASON = 78

/** The view as a picture, which is replaced each second. */
export class WatchScreen {
  readonly #colours: Colours
  #served: ReadonlyMap<string, number>
  #news: readonly string[] = []

  /** @param status - the pool before the first picture */
  constructor(status: PoolStatus, colours: Colours) {
    this.#colours = colours
    this.#served = servedByHost(status)
  }

  event(time: Date, text: string): void {
    this.#news = [...this.#news, `${clockTime(time)} ${text}`].slice(-MOST_NEWS)
  }

  /** @param size - of the terminal, in characters: no line is longer, and the picture does not scroll */
  picture(
    time: Date,
    period: ReadPeriod,
    status: PoolStatus,
    size: { readonly columns: number; readonly rows: number },
  ): readonly string[] {
    const columns = hostColumns(status.hosts, this.#served)
    this.#served = servedByHost(status)
    const { dim, bold } = this.#colours
    const reasonWidth = Math.max(10, size.columns - BESIDE_REASON)
    const head = ['host', 'state', 'since', 'writes', 'in use', 'idle', 'opening', 'share', 'ms', 'reason']
    const rows = status.hosts.map((host, index) => this.#row(time, host, columns[index], reasonWidth))
    const lines = [
      `${bold(status.poolName)}  ${clockTime(time)}  ${dim('Ctrl-C ends')}`,
      `connections ${status.total} of ${status.connectionLimit}, ${status.waiting} callers waiting; reads ${period.done} done, ${period.failed} failed, worst ${Math.ceil(period.worst)} ms`,
      '',
      ...table([head.map((text) => dim(text)), ...rows]).split('\n'),
      '',
      ...this.#news.map((text) => dim(text)),
    ]
    return lines.slice(0, Math.max(1, size.rows - 1)).map((line) => cut(line, size.columns))
  }

  #row(time: Date, host: HostStatus, column: HostColumn | undefined, reasonWidth: number): readonly string[] {
    const { name, state, since, writable, inUse, idle, connecting, latency, reason } = host
    return [
      name,
      this.#painted(state),
      ago(time.getTime() - since),
      state === 'up' && writable ? 'yes' : 'no',
      String(inUse),
      String(idle),
      String(connecting),
      `${Math.round((column?.share ?? 0) * 100)}%`,
      latency === undefined ? '' : latency.toFixed(1),
      reason.slice(0, reasonWidth),
    ]
  }

  #painted(state: HostStatus['state']): string {
    const { green, yellow, red, dim } = this.#colours
    switch (state) {
      case 'up':
        return green(state)
      case 'down':
        return red(state)
      case 'unknown':
        return dim(state)
      default:
        return yellow(state)
    }
  }
}

/** `5 s`, `12 min`, `3 h`, `4 d`. */
export function ago(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000))
  if (seconds < 100) return `${seconds} s`
  if (seconds < 6000) return `${Math.round(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`
}
