import type { Check } from '../check.js'
import type { Facts, ReachedHost } from '../facts.js'
import type { Finding } from '../finding.js'
import { groupBy, namesOf, reachedOf } from '../reached.js'
import { galeraPeriod, numberOf, providerOption, seconds } from '../values.js'

/** Milliseconds after which a MySQL group suspects a silent member; a constant of the server. */
const GROUP_SUSPICION = 5_000
/** Milliseconds: with a shorter time-out the cluster evicts nodes that are merely busy. */
const SHORTEST = 2_000

/** How long the cluster holds writes up when a node is lost. */
export const writeStall: Check = {
  name: 'write-stall',
  weight: 40,
  run: (facts) => [...stalls(facts), ...tooShort(facts)],
}

function suspectTimeout({ server }: ReachedHost): number | undefined {
  return galeraPeriod(providerOption(server.variables, 'evs.suspect_timeout'))
}

function groupTimeout({ server }: ReachedHost): number {
  return GROUP_SUSPICION + (numberOf(server.variables, 'group_replication_member_expel_timeout') ?? 0) * 1000
}

function stalls(facts: Facts): readonly Finding[] {
  const galera = reachedOf(facts, 'galera')
  const group = reachedOf(facts, 'group-replication')
  const times = [
    ...groupBy(galera, (host) => suspectTimeout(host)?.toString()),
    ...groupBy(group, (host) => groupTimeout(host).toString()),
  ]
  const [longest] = times.toSorted(([a], [b]) => Number(b) - Number(a))
  if (longest === undefined) return []
  const [text, hosts] = longest
  const stall = Number(text)
  const { acquireTimeout } = facts.pool
  const fails = acquireTimeout > 0 && stall > acquireTimeout
  const isGalera = galera.length > 0
  const setting = isGalera ? 'evs.suspect_timeout' : 'group_replication_member_expel_timeout'
  return [
    {
      level: fails ? 'warning' : 'note',
      hosts: namesOf(hosts),
      problem: `When a node is lost, the others hold writes up for about ${seconds(stall)} (${setting}).`,
      reason: fails
        ? `That is longer than acquireTimeout (${seconds(acquireTimeout)}): callers that wait for a connection fail. Reads go on.`
        : 'Writes wait for that time, and then go on. Reads go on all the time.',
      remedy: isGalera
        ? fails
          ? `SET GLOBAL wsrep_provider_options = 'evs.suspect_timeout=PT5S';   -- and in [mysqld]; or ?acquireTimeout=${stall + 5_000}`
          : 'Timeouts of the application that are shorter turn the stall into errors.'
        : fails
          ? `SET GLOBAL group_replication_member_expel_timeout = 0;   -- or ?acquireTimeout=${stall + 5_000}`
          : 'Timeouts of the application that are shorter turn the stall into errors.',
    },
  ]
}

function tooShort(facts: Facts): readonly Finding[] {
  const hasty = reachedOf(facts, 'galera').filter((host) => (suspectTimeout(host) ?? SHORTEST) < SHORTEST)
  const [first] = hasty
  if (first === undefined) return []
  return [
    {
      level: 'warning',
      hosts: namesOf(hasty),
      problem: `evs.suspect_timeout is ${seconds(suspectTimeout(first) ?? 0)}.`,
      reason: 'A node that is busy, or whose machine is being moved, is thrown out of the cluster though it is well.',
      remedy: "SET GLOBAL wsrep_provider_options = 'evs.suspect_timeout=PT5S';   -- and in [mysqld]",
    },
  ]
}
