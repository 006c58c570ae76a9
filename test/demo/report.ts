import type { HostStatus, PoolStatus } from '@mysql-hostpool/core'
import type { Period } from './tally.js'

const WIDTH = 100

/** What one line shows of one host. */
interface HostColumn {
  readonly state: string
  readonly connections: number
  /** Of the checkouts of all hosts since the line before, 0 to 1. */
  readonly share: number
}

/** Writes the table: one line a second, and between them what happened. */
export class Report {
  readonly #write: (text: string) => void
  readonly #labels: ReadonlyMap<string, string>
  #served: ReadonlyMap<string, number>

  /** @param status - the pool before the first second */
  constructor(write: (text: string) => void, status: PoolStatus) {
    this.#write = write
    this.#labels = new Map(status.hosts.map(({ name }, index) => [name, `node${index + 1}`]))
    this.#served = servedByHost(status)
  }

  /** The short name of a host. */
  label(host: string): string {
    return this.#labels.get(host) ?? host
  }

  header(): void {
    this.#line(headerLines([...this.#labels.values()]))
  }

  second(second: number, period: Period, open: number, status: PoolStatus): void {
    const columns = hostColumns(status.hosts, this.#served)
    this.#served = servedByHost(status)
    this.#line(secondLine(second, period, open, columns))
  }

  event(text: string): void {
    this.#line(`${' '.repeat(8)}* ${text}`)
  }

  #line(text: string): void {
    this.#write(`${text.split('\n').map(shorten).join('\n')}\n`)
  }
}

export function headerLines(labels: readonly string[]): string {
  const groups = labels.map((label) => `   ${label.slice(0, 14).padEnd(14)}`)
  const names = labels.map(() => '   state  con share')
  return [
    `        requests    worst     failed${groups.map((group) => `${group}  `).join('')}`.trimEnd(),
    ` second done open      ms  read write${names.join('')}`,
  ].join('\n')
}

export function secondLine(second: number, period: Period, open: number, hosts: readonly HostColumn[]): string {
  const { done, worst, failed } = period
  const start = [
    String(second).padStart(7),
    String(done).padStart(5),
    String(open).padStart(5),
    Math.ceil(worst).toString().padStart(8),
    String(failed.read).padStart(6),
    String(failed.write).padStart(6),
  ]
  const columns = hosts.map(
    ({ state, connections, share }) =>
      `   ${state.slice(0, 7).padEnd(7)}${String(connections).padStart(3)}${`${Math.round(share * 100)}%`.padStart(6)}`,
  )
  return [...start, ...columns].join('')
}

/** @param before - how many checkouts each host had served at the line before */
export function hostColumns(hosts: readonly HostStatus[], before: ReadonlyMap<string, number>): readonly HostColumn[] {
  const served = hosts.map(({ name, counters }) => counters.served - (before.get(name) ?? 0))
  const all = served.reduce((sum, one) => sum + one, 0)
  return hosts.map(({ state, inUse, idle, connecting }, index) => ({
    state,
    connections: inUse + idle + connecting,
    share: all === 0 ? 0 : (served[index] ?? 0) / all,
  }))
}

function servedByHost({ hosts }: PoolStatus): ReadonlyMap<string, number> {
  return new Map(hosts.map(({ name, counters }) => [name, counters.served]))
}

function shorten(line: string): string {
  return line.length <= WIDTH ? line : `${line.slice(0, WIDTH - 3)}...`
}
