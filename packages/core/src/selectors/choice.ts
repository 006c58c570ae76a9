import type { HostSelector, HostSnapshot, Random, SelectionSnapshot } from './selector.js'

/** Chooses among hosts that are all equally welcome; their weights are all above 0, or all 0. */
export type Choice = (hosts: readonly HostSnapshot[], random: Random) => HostSnapshot | undefined

/**
 * The hosts to choose among. Each wish narrows what the one before it left, unless nothing would be left: not a host that has
 * failed this operation already, not one of weight 0, and one of the pool's own zone.
 */
export function preferredHosts({ hosts, zone }: SelectionSnapshot): readonly HostSnapshot[] {
  const untried = prefer(hosts, (host) => !host.failedBefore)
  const weighted = prefer(untried, (host) => host.weight > 0)
  return zone === undefined ? weighted : prefer(weighted, (host) => host.zone === zone)
}

/**
 * A selector that makes a choice among the preferred hosts.
 * @param first - narrows them to those that come before the others
 */
export function selectorOf(
  choose: Choice,
  first: (hosts: readonly HostSnapshot[], random: Random) => readonly HostSnapshot[] = all,
): HostSelector {
  return (snapshot, random, isFree) => choose(freeOf(first(preferredHosts(snapshot), random), isFree), random)
}

/** Those that are free. The list itself is answered when all are. */
export function freeOf(
  hosts: readonly HostSnapshot[],
  isFree: ((host: HostSnapshot) => boolean) | undefined,
): readonly HostSnapshot[] {
  return isFree === undefined || hosts.every(isFree) ? hosts : hosts.filter(isFree)
}

function all(hosts: readonly HostSnapshot[]): readonly HostSnapshot[] {
  return hosts
}

/** A host's share; hosts of weight 0 that are left among themselves share alike. */
export function shareOf(host: HostSnapshot): number {
  return host.weight > 0 ? host.weight : 1
}

/** What a host has to do already, in proportion to its share. */
export function loadOf(host: HostSnapshot): number {
  return (host.inUse + host.connecting) / shareOf(host)
}

/** Those of a list that come first in an order given as a number, the lowest first. */
export function lowest(hosts: readonly HostSnapshot[], rank: (host: HostSnapshot) => number): readonly HostSnapshot[] {
  const least = hosts.reduce((least, host) => Math.min(least, rank(host)), Number.POSITIVE_INFINITY)
  return prefer(hosts, (host) => rank(host) === least)
}

/** Those that fulfil a wish, or all when none does. The list itself is answered when nothing is to be taken out. */
function prefer(hosts: readonly HostSnapshot[], wish: (host: HostSnapshot) => boolean): readonly HostSnapshot[] {
  if (hosts.every(wish)) return hosts
  const fulfilling = hosts.filter(wish)
  return fulfilling.length === 0 ? hosts : fulfilling
}
