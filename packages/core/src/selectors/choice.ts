import type { HostSelector, HostSnapshot, Random, SelectionSnapshot } from './selector.js'

/** Chooses among hosts of equal preference. Either all of their weights are above 0, or all are 0. */
export type Choice = (hosts: readonly HostSnapshot[], random: Random) => HostSnapshot | undefined

/**
 * The hosts to choose among. Three filters apply in this order: the host has not failed this operation yet, its weight is above
 * 0, it is in the pool's own zone. A filter that would leave no host is skipped.
 */
export function preferredHosts({ hosts, zone }: SelectionSnapshot): readonly HostSnapshot[] {
  const untried = prefer(hosts, (host) => !host.failedBefore)
  const weighted = prefer(untried, (host) => host.weight > 0)
  return zone === undefined ? weighted : prefer(weighted, (host) => host.zone === zone)
}

/**
 * Makes a selector that chooses among the preferred hosts.
 * @param first - a further filter of the preferred hosts, e.g. by priority. Default: all of them
 */
export function selectorOf(
  choose: Choice,
  first: (hosts: readonly HostSnapshot[], random: Random) => readonly HostSnapshot[] = all,
): HostSelector {
  return (snapshot, random, isFree) => choose(freeOf(first(preferredHosts(snapshot), random), isFree), random)
}

/** The free hosts of a list. Returns the same array when all hosts are free. */
export function freeOf(
  hosts: readonly HostSnapshot[],
  isFree: ((host: HostSnapshot) => boolean) | undefined,
): readonly HostSnapshot[] {
  return isFree === undefined || hosts.every(isFree) ? hosts : hosts.filter(isFree)
}

function all(hosts: readonly HostSnapshot[]): readonly HostSnapshot[] {
  return hosts
}

/** The share of a host: its weight. Hosts of weight 0 have equal shares where no other host is left. */
export function shareOf(host: HostSnapshot): number {
  return host.weight > 0 ? host.weight : 1
}

/** The connections of a host that are checked out or being opened, in proportion to the host's share. */
export function loadOf(host: HostSnapshot): number {
  return (host.inUse + host.connecting) / shareOf(host)
}

/** The hosts of a list that have the lowest rank. */
export function lowest(hosts: readonly HostSnapshot[], rank: (host: HostSnapshot) => number): readonly HostSnapshot[] {
  const least = hosts.reduce((least, host) => Math.min(least, rank(host)), Number.POSITIVE_INFINITY)
  return prefer(hosts, (host) => rank(host) === least)
}

/** The hosts that pass a test, or all hosts when none passes. Returns the same array when all hosts stay. */
function prefer(hosts: readonly HostSnapshot[], wish: (host: HostSnapshot) => boolean): readonly HostSnapshot[] {
  if (hosts.every(wish)) return hosts
  const fulfilling = hosts.filter(wish)
  return fulfilling.length === 0 ? hosts : fulfilling
}
