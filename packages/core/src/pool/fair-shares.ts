/** The facts that the share of a host depends on. */
export interface ShareInput {
  /** Whether the host can have connections at all. */
  readonly usable: boolean
  readonly weight: number
  readonly zone: string | undefined
  readonly priority: number
  readonly connectionLimit: number
}

/**
 * The number of connections that each host should have, out of `total`; fractions are kept. Only the hosts that the selector
 * prefers get connections: those of a weight above 0, of these the ones in the pool's own zone, and with `ordered` the ones of
 * the lowest priority number. A rule that no host meets is left out. Connections beyond a host's own limit go to other hosts.
 */
export function fairShares(
  total: number,
  hosts: readonly ShareInput[],
  zone: string | undefined,
  ordered: boolean,
): readonly number[] {
  const usable = hosts.filter((host) => host.usable)
  const weighted = prefer(usable, (host) => host.weight > 0)
  const near = zone === undefined ? weighted : prefer(weighted, (host) => host.zone === zone)
  const first = Math.min(...near.map(({ priority }) => priority))
  const chosen = new Set(ordered ? near.filter(({ priority }) => priority === first) : near)
  const result = new Map<ShareInput, number>()
  let open = [...chosen]
  let left = total
  for (;;) {
    const weights = open.reduce((sum, host) => sum + weightOf(host), 0)
    const full = open.filter((host) => (left * weightOf(host)) / weights > host.connectionLimit)
    if (full.length === 0) {
      for (const host of open) result.set(host, (left * weightOf(host)) / weights)
      break
    }
    for (const host of full) {
      result.set(host, host.connectionLimit)
      left -= host.connectionLimit
    }
    open = open.filter((host) => !full.includes(host))
  }
  return hosts.map((host) => result.get(host) ?? 0)
}

/** Tolerance for rounding errors in sums of fractions. */
const ROUNDING = 1e-9

/**
 * Rounds shares to whole numbers with the same sum: each share is rounded up or down. Averaged over all offsets from 0 to 1,
 * every host has its exact share.
 */
export function wholeShares(exact: readonly number[], offset: number): readonly number[] {
  let sum = 0
  let given = 0
  return exact.map((share) => {
    sum += share
    const whole = Math.floor(sum + offset + ROUNDING) - given
    given += whole
    return whole
  })
}

/** The hosts that pass a test, or all hosts when none passes. */
function prefer(hosts: readonly ShareInput[], wish: (host: ShareInput) => boolean): readonly ShareInput[] {
  const fulfilling = hosts.filter(wish)
  return fulfilling.length === 0 ? hosts : fulfilling
}

function weightOf(host: ShareInput): number {
  return host.weight > 0 ? host.weight : 1
}
