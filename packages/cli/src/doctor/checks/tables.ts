import type { Check } from '../check.js'
import type { Facts, SchemaFacts } from '../facts.js'
import type { Finding } from '../finding.js'
import { reachedOf } from '../reached.js'
import { listOf, quotedName } from '../values.js'

/** Whether the cluster can replicate all tables: each needs InnoDB and a primary key. */
export const tables: Check = {
  name: 'tables',
  weight: 65,
  run: (facts) => (facts.schema === undefined ? [] : [...engines(facts, facts.schema), ...keys(facts, facts.schema)]),
}

function kindOf(facts: Facts): 'galera' | 'group-replication' | 'replication' {
  if (reachedOf(facts, 'galera').length > 0) return 'galera'
  return reachedOf(facts, 'group-replication').length > 0 ? 'group-replication' : 'replication'
}

function engines(facts: Facts, { notInnoDb }: SchemaFacts): readonly Finding[] {
  const [first] = notInnoDb
  if (first === undefined) return []
  const kind = kindOf(facts)
  const shown = notInnoDb.map(({ table, engine }) => `${table} (${engine})`)
  return [
    {
      level: kind === 'replication' ? 'warning' : 'error',
      hosts: [],
      problem: `${countOf(notInnoDb.length)} of another engine than InnoDB: ${listOf(shown)}.`,
      reason: ENGINE_REASONS[kind],
      remedy: `ALTER TABLE ${nameOf(first.table)} ENGINE = InnoDB;${notInnoDb.length > 1 ? '   -- and so on' : ''}`,
    },
  ]
}

const ENGINE_REASONS = {
  galera: 'Galera replicates InnoDB alone: rows of these tables are on the node that took them, and nowhere else.',
  'group-replication': 'A group refuses writes to them (3098).',
  replication:
    'A transaction on them cannot be rolled back, and a failed statement is kept by halves: on the source, and differently on its replicas.',
} as const

function keys(facts: Facts, { keyless }: SchemaFacts): readonly Finding[] {
  const [first] = keyless
  if (first === undefined) return []
  const kind = kindOf(facts)
  return [
    {
      level: kind === 'group-replication' ? 'error' : 'warning',
      hosts: [],
      problem: `${countOf(keyless.length)} without a primary key: ${listOf(keyless)}.`,
      reason: KEY_REASONS[kind],
      remedy: `ALTER TABLE ${nameOf(first)} ADD COLUMN id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY;${keyless.length > 1 ? '   -- and so on' : ''}`,
    },
  ]
}

const KEY_REASONS = {
  galera:
    'Rows come in another order on each node, and large changes make the others search the whole table for each row.',
  'group-replication': 'A group refuses writes to them (3098).',
  replication: 'Replicas search the whole table for each changed row, and fall behind.',
} as const

function countOf(count: number): string {
  return count === 1 ? 'A table is' : `${count} tables are`
}

function nameOf(table: string): string {
  const dot = table.indexOf('.')
  return `${quotedName(table.slice(0, dot))}.${quotedName(table.slice(dot + 1))}`
}
