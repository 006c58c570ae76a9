import type { Check } from '../check.js'
import type { Facts, ReachedHost } from '../facts.js'
import type { Finding } from '../finding.js'
import { groupBy, groupText, namesOf, reachedHosts } from '../reached.js'
import { seconds } from '../values.js'

/** The largest difference between the clocks of servers that is no finding, in milliseconds. */
const TOLERANCE = 1_000
/** The largest difference of this machine's clock from those of servers that agree, in milliseconds. */
const OWN_TOLERANCE = 5_000

/** Whether clocks and time zones agree. */
export const time: Check = {
  name: 'time',
  weight: 58,
  run: (facts) => [...zones(facts), ...clocks(facts), ...ownClock(facts)],
}

function zoneOf({ server }: ReachedHost): string | undefined {
  const zone = server.session.get('time_zone')
  return zone === 'SYSTEM' ? (server.variables.get('system_time_zone') ?? zone) : zone
}

function zones(facts: Facts): readonly Finding[] {
  const groups = groupBy(reachedHosts(facts), zoneOf)
  if (groups.size < 2) return []
  return [
    {
      level: 'warning',
      hosts: namesOf([...groups.values()].flat()),
      problem: `Time zones differ: ${groupText(groups)}.`,
      reason: 'NOW(), TIMESTAMP columns and their defaults mean another time with each host that a statement goes to.',
      remedy: '?sessionVariables.time_zone=%2B00:00   # the same for every session',
    },
  ]
}

function clocks(facts: Facts): readonly Finding[] {
  const known = reachedHosts(facts).filter(({ server }) => server.clock !== undefined)
  const sorted = known.toSorted((a, b) => aheadOf(a) - aheadOf(b))
  const [slow, fast] = [sorted.at(0), sorted.at(-1)]
  if (slow === undefined || fast === undefined) return []
  const difference = aheadOf(fast) - aheadOf(slow)
  if (difference - uncertaintyOf(slow) - uncertaintyOf(fast) <= TOLERANCE) return []
  return [
    {
      level: 'warning',
      hosts: namesOf([slow, fast]),
      problem: `Clocks are ${seconds(difference)} apart: ${fast.name} is ahead of ${slow.name}.`,
      reason:
        'NOW() goes back when the next statement goes to another host: rows in the order of their times are in the wrong order.',
      remedy: 'chronyc makestep   # on both; then keep chrony, or systemd-timesyncd, running',
    },
  ]
}

/** The clock of this machine is wrong: the clocks of the servers agree with each other, and not with this machine's. */
function ownClock(facts: Facts): readonly Finding[] {
  const known = reachedHosts(facts).filter(({ server }) => server.clock !== undefined)
  const least = Math.min(...known.map((host) => Math.abs(aheadOf(host)) - uncertaintyOf(host)))
  if (known.length === 0 || least <= OWN_TOLERANCE) return []
  return [
    {
      level: 'note',
      hosts: [],
      problem: `The clock of this machine is ${seconds(least)} or more apart from those of the servers.`,
      reason: 'Times that the application computes and times of the servers do not fit together.',
      remedy: 'chronyc makestep   # here',
    },
  ]
}

function aheadOf({ server }: ReachedHost): number {
  return server.clock?.ahead ?? 0
}

function uncertaintyOf({ server }: ReachedHost): number {
  return server.clock?.uncertainty ?? 0
}
