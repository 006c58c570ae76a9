import type { Check } from '../check.js'
import type { Facts, ReachedHost } from '../facts.js'
import type { Finding } from '../finding.js'
import { groupBy, groupText, namesOf, reachedHosts } from '../reached.js'
import { isMariaDb, numberOf } from '../values.js'

/** Whether writers generate different keys, and whether applications that compute keys get wrong ones. */
export const autoIncrement: Check = {
  name: 'auto-increment',
  weight: 45,
  run: (facts) => [...colliding(facts), ...computed(facts)],
}

function incrementOf({ server }: ReachedHost): number {
  return numberOf(server.session, 'auto_increment_increment') ?? 1
}

/** Writers of one cluster that generate the same keys. */
function colliding(facts: Facts): readonly Finding[] {
  const clusters = groupBy(
    reachedHosts(facts).filter(({ verdict }) => verdict?.writable === true),
    ({ server }) => server.description?.cluster,
  )
  return [...clusters.values()].flatMap((hosts): readonly Finding[] => {
    const sequences = groupBy(hosts, (host) => {
      const offset = numberOf(host.server.session, 'auto_increment_offset') ?? 1
      return `${incrementOf(host)}, offset ${offset % incrementOf(host)}`
    })
    const alike = [...sequences].filter(([, group]) => group.length > 1)
    if (alike.length === 0) return []
    return [
      {
        level: 'warning',
        hosts: namesOf(alike.flatMap(([, group]) => group)),
        problem: `Several writers generate the same keys (auto_increment_increment ${groupText(new Map(alike))}).`,
        reason: 'Two inserts at the same time get the same key: one of them fails with a conflict or a duplicate key.',
        remedy:
          'SET GLOBAL wsrep_auto_increment_control = ON;   -- a MySQL group: group_replication_auto_increment_increment',
      },
    ]
  })
}

/** TypeORM's type `mysql` computes the keys of one insert as if they were consecutive. */
function computed(facts: Facts): readonly Finding[] {
  const apart = reachedHosts(facts).filter((host) => incrementOf(host) > 1)
  const [first] = apart
  if (first === undefined) return []
  const mariaDb = isMariaDb(first.server.version)
  return [
    {
      level: 'note',
      hosts: namesOf(apart),
      problem: `auto_increment_increment is ${incrementOf(first)}: keys of one insert of several rows are not consecutive.`,
      reason:
        "TypeORM with type: 'mysql' computes them as if they were, and gives entities wrong ids; so does all code that adds to insertId.",
      remedy: mariaDb
        ? "type: 'mariadb'   // of the DataSource: the ids are then read with INSERT … RETURNING"
        : 'Save entities one by one, or generate ids in the application (UUIDs).',
    },
  ]
}
