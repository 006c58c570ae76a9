import type { Check } from '../check.js'
import type { Facts, ReachedHost } from '../facts.js'
import type { Finding } from '../finding.js'
import { groupBy, groupText, namesOf, reachedHosts } from '../reached.js'

/** Whether a statement has the same meaning on each host. */
export const sqlMode: Check = {
  name: 'sql-mode',
  weight: 52,
  run: (facts) => [...apart(facts), ...lenient(facts)],
}

function modesOf({ server }: ReachedHost): string | undefined {
  return server.session.get('sql_mode')?.split(',').toSorted().join(',')
}

function apart(facts: Facts): readonly Finding[] {
  const groups = groupBy(reachedHosts(facts), modesOf)
  if (groups.size < 2) return []
  return [
    {
      level: 'warning',
      hosts: namesOf([...groups.values()].flat()),
      problem: `sql_mode differs: ${groupText(withoutCommon(groups))}.`,
      reason: 'The same statement works on one host and fails, or stores another value, on the next.',
      remedy: `?sessionVariables.sql_mode=${encodeURIComponent([...groups.keys()][0] ?? '')}   # the same for every session; or one sql_mode in [mysqld] of all`,
    },
  ]
}

/** The modes that not all hosts have. The common ones are left out, since a server has many. */
function withoutCommon<T>(groups: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  const sets = [...groups.keys()].map((key) => new Set(key.split(',')))
  const apart = (key: string): string =>
    key
      .split(',')
      .filter((mode) => mode !== '' && !sets.every((set) => set.has(mode)))
      .join(',')
  return new Map([...groups].map(([key, hosts]) => [apart(key) || 'nothing more', hosts]))
}

function lenient(facts: Facts): readonly Finding[] {
  const hosts = reachedHosts(facts).filter((host) => {
    const modes = modesOf(host)
    return modes !== undefined && !/STRICT_TRANS_TABLES|STRICT_ALL_TABLES|TRADITIONAL/.test(modes)
  })
  if (hosts.length === 0) return []
  return [
    {
      level: 'note',
      hosts: namesOf(hosts),
      problem: 'sql_mode is not strict.',
      reason: 'A value that does not fit its column is cut, and no error tells.',
      remedy: '?sessionVariables.sql_mode=STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
    },
  ]
}
