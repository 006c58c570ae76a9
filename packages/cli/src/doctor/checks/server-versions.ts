import type { Check } from '../check.js'
import type { ReachedHost } from '../facts.js'
import { groupBy, groupText, namesOf, reachedHosts } from '../reached.js'
import { isMariaDb } from '../values.js'

/** Whether all servers are of one version. */
export const serverVersions: Check = {
  name: 'server-versions',
  weight: 30,
  run: (facts) => {
    const reached = reachedHosts(facts)
    const versions = groupBy(reached, ({ server }) => server.version)
    if (versions.size < 2) return []
    const series = groupBy(reached, seriesOf)
    const apart = series.size > 1
    return [
      {
        level: apart ? 'warning' : 'note',
        hosts: namesOf(reached),
        problem: `Server versions differ: ${groupText(versions)}.`,
        reason: apart
          ? 'A statement that one host knows is an error on the next, and replication from the newer to the older is not supported.'
          : 'That is how it is during an upgrade, and should not last.',
        remedy: 'Upgrade the older servers, one at a time.',
      },
    ]
  },
}

/** `MariaDB 10.11`, `MySQL 8.4`. */
function seriesOf({ server: { version } }: ReachedHost): string {
  const [major = '', minor = ''] = version.replace(/^5\.5\.5-/, '').split('.')
  return `${isMariaDb(version) ? 'MariaDB' : 'MySQL'} ${major}.${minor}`
}
