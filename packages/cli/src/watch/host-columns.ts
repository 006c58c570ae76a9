import type { HostStatus, PoolStatus } from '@mysql-hostpool/core'

const STATE = 7
const GROUP = 16

/** The cells of one host in one line. */
export interface HostColumn {
  readonly state: string
  readonly connections: number
  /** The host's part of the checkouts of all hosts since the line before, 0 to 1. */
  readonly share: number
}

/** The columns of the hosts in each line. They remember the number of checkouts of each host at the line before. */
export class HostColumns {
  readonly #label: (host: string) => string
  #served: ReadonlyMap<string, number>

  /**
   * @param status - the pool before the first line
   * @param label - a short name for a host. Default: its own
   */
  constructor(status: PoolStatus, label: (host: string) => string = (host) => host) {
    this.#label = label
    this.#served = servedByHost(status)
  }

  /** Two lines: the names of the hosts, and the titles of their columns. */
  header({ hosts }: PoolStatus): readonly [groups: string, names: string] {
    const labels = hosts.map(({ name }) => this.#label(name))
    return [
      labels
        .map((label) => `   ${shortened(label, GROUP - 2).padEnd(GROUP)}`)
        .join('')
        .trimEnd(),
      labels.map(() => '   state  con share').join(''),
    ]
  }

  /** The cells of the next line. */
  cells(status: PoolStatus): string {
    const columns = hostColumns(status.hosts, this.#served)
    this.#served = servedByHost(status)
    return columns.map(cellsOf).join('')
  }
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

function cellsOf({ state, connections, share }: HostColumn): string {
  const percent = `${Math.round(share * 100)}%`
  return `   ${state.slice(0, STATE).padEnd(STATE)}${String(connections).padStart(3)}${percent.padStart(6)}`
}

/** A label without its beginning where it is too long: hosts of a cluster differ in the end of their names. */
function shortened(label: string, most: number): string {
  return label.length <= most ? label : `…${label.slice(1 - most)}`
}

export function servedByHost({ hosts }: PoolStatus): ReadonlyMap<string, number> {
  return new Map(hosts.map(({ name, counters }) => [name, counters.served]))
}
