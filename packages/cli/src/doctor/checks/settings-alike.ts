import type { Check } from '../check.js'
import { groupBy, groupText, namesOf, reachedHosts } from '../reached.js'
import { isOn } from '../values.js'

/** Whether all servers agree in the settings that change the meaning of a statement, or refuse it. */
export const settingsAlike: Check = {
  name: 'settings-alike',
  weight: 48,
  run: (facts) =>
    SETTINGS.flatMap(({ names, reason }) => {
      const groups = groupBy(reachedHosts(facts), ({ server: { session } }) => {
        const name = names.find((each) => session.has(each))
        const value = name === undefined ? undefined : session.get(name)
        return value !== undefined && /^(?:ON|OFF|0|1)$/i.test(value) ? (isOn(value) ? 'ON' : 'OFF') : value
      })
      if (groups.size < 2) return []
      return [
        {
          level: 'warning' as const,
          hosts: namesOf([...groups.values()].flat()),
          problem: `${names[0] ?? ''} differs: ${groupText(groups)}.`,
          reason,
          remedy: `${names[0] ?? ''} = ${[...groups.keys()][0] ?? ''}   # in [mysqld] of all`,
        },
      ]
    }),
}

interface Setting {
  /** The names of one setting: servers of other products have other names for it. */
  readonly names: readonly string[]
  readonly reason: string
}

const SETTINGS: readonly Setting[] = [
  {
    names: ['lower_case_table_names'],
    reason: 'A table name in other letters is found on one host and not on the next.',
  },
  { names: ['max_allowed_packet'], reason: 'A large statement is taken by one host and refused by the next.' },
  {
    names: ['transaction_isolation', 'tx_isolation'],
    reason: 'A transaction sees other rows, and meets other conflicts, on each host.',
  },
  {
    names: ['collation_server'],
    reason: 'A new database, or table, sorts and compares its text by the host that made it.',
  },
  { names: ['default_storage_engine'], reason: 'A new table gets another engine on each host that makes it.' },
  {
    names: ['explicit_defaults_for_timestamp'],
    reason: 'A new TIMESTAMP column gets another default on each host that makes it.',
  },
  { names: ['group_concat_max_len'], reason: 'GROUP_CONCAT is cut at another length on each host.' },
]
