import { HostColumns } from '@mysql-hostpool/cli'
import type { PoolStatus } from '@mysql-hostpool/core'
import type { Period } from './tally.js'

const WIDTH = 100

/** Writes the table: one line a second, and between them what happened. */
export class Report {
  readonly #write: (text: string) => void
  readonly #labels: ReadonlyMap<string, string>
  readonly #hosts: HostColumns

  /** @param status - the pool before the first second */
  constructor(write: (text: string) => void, status: PoolStatus) {
    this.#write = write
    this.#labels = new Map(status.hosts.map(({ name }, index) => [name, `node${index + 1}`]))
    this.#hosts = new HostColumns(status, (host) => this.label(host))
  }

  /** The short name of a host. */
  label(host: string): string {
    return this.#labels.get(host) ?? host
  }

  header(status: PoolStatus): void {
    const [groups, names] = this.#hosts.header(status)
    this.#line(`        requests    worst     failed${groups}\n second done open      ms  read write${names}`)
  }

  second(second: number, period: Period, open: number, status: PoolStatus): void {
    this.#line(`${requestCells(second, period, open)}${this.#hosts.cells(status)}`)
  }

  event(text: string): void {
    this.#line(`${' '.repeat(8)}* ${text}`)
  }

  #line(text: string): void {
    this.#write(`${text.split('\n').map(shorten).join('\n')}\n`)
  }
}

function requestCells(second: number, { done, worst, failed }: Period, open: number): string {
  return [
    String(second).padStart(7),
    String(done).padStart(5),
    String(open).padStart(5),
    Math.ceil(worst).toString().padStart(8),
    String(failed.read).padStart(6),
    String(failed.write).padStart(6),
  ].join('')
}

function shorten(line: string): string {
  return line.length <= WIDTH ? line : `${line.slice(0, WIDTH - 3)}...`
}
