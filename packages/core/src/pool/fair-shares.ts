/** What the share of one host depends on. */
export interface ShareInput {
  /** Whether it can have connections at all. */
  readonly usable: boolean
  readonly weight: number
  readonly zone: string | undefined
  readonly priority: number
  readonly connectionLimit: number
}

/**
 * How many of so many connections each host should have; fractions stay. The hosts that come first for a selector have them
 * all: not those of weight 0, then those of the pool's own zone, and with `ordered` those of the lowest priority number. What a
 * host's own limit does not admit goes to others.
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

/** Sums of fractions are not exact. */
const ROUNDING = 1e-9

/**
 * Whole numbers with the same sum, each next to its share. Over all offsets from 0 to 1 every host has its exact share on
 * average.
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

/** Those that fulfil a wish, or all when none does. */
function prefer(hosts: readonly ShareInput[], wish: (host: ShareInput) => boolean): readonly ShareInput[] {
  const fulfilling = hosts.filter(wish)
  return fulfilling.length === 0 ? hosts : fulfilling
}

function weightOf(host: ShareInput): number {
  return host.weight > 0 ? host.weight : 1
}
