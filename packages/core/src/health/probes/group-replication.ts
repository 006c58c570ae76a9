import type { Answer } from '../../driver/question.js'
import { type Facts, isOn, recordsOf } from '../answer.js'
import type { Allegiance } from '../../hosts/belonging.js'
import { readOnlyReason } from '../read-only.js'
import { type ProbeKind, unusable, type ProbeResult } from '../probe-result.js'

const TABLE = 'performance_schema.replication_group_members'
const GROUP_NAME = 'GROUP_REPLICATION_GROUP_NAME'

// The table has a row for each member, from this member's view. The member's own row does not show a lost majority.
const SQL = `SELECT COUNT(*) AS total, SUM(MEMBER_STATE IN ('ONLINE', 'RECOVERING')) AS reachable,
MAX(IF(MEMBER_ID = @@server_uuid, MEMBER_STATE, NULL)) AS state, MAX(IF(MEMBER_ID = @@server_uuid, MEMBER_ROLE, NULL)) AS role,
@@global.read_only AS read_only, @@global.super_read_only AS super_read_only, @@global.innodb_read_only AS innodb_read_only,
@@global.transaction_read_only AS transaction_read_only, @@global.offline_mode AS offline_mode,
@@global.group_replication_group_name AS group_name,
GROUP_CONCAT(IF(MEMBER_STATE IN ('ONLINE', 'RECOVERING'), MEMBER_ID, NULL) ORDER BY MEMBER_ID) AS members
FROM ${TABLE}`

/** The probe of a member of a MySQL group. A member without a majority still reports ONLINE and PRIMARY, but its writes hang. */
export const groupReplicationProbe: ProbeKind = {
  name: 'group-replication',
  variables: [GROUP_NAME],
  // A member counts as one even if group replication does not run there: it has missed writes.
  matches: ({ variables }) => (variables.get(GROUP_NAME) ?? '') !== '',
  allegiance: ({ variables }) => ({ is: 'member', cluster: `the group ${variables.get(GROUP_NAME) ?? ''}` }),
  resetIsSafe: true,
  queries: () => [SQL],
  privilege: () => `SELECT ON ${TABLE}`,
  evaluate,
}

function evaluate([answer]: readonly Answer[]): ProbeResult {
  const [facts] = recordsOf(answer)
  const state = facts?.get('STATE') ?? 'OFFLINE'
  if (facts === undefined || state !== 'ONLINE') return unusable(`its state in the group is ${state}`)
  if (isOn(facts.get('OFFLINE_MODE'))) return unusable('offline_mode is on')
  const total = Number(facts.get('TOTAL'))
  const reachable = Number(facts.get('REACHABLE'))
  if (!(reachable * 2 > total))
    return unusable(`it reaches no majority of its group (${reachable} of ${total} members)`)
  const primary = facts.get('ROLE') === 'PRIMARY'
  // A secondary is always read-only, so that its role is the better reason.
  const readOnly = readOnlyReason(facts)
  const reason = primary ? (readOnly ?? '') : 'secondary'
  return {
    usable: true,
    writable: primary && readOnly === undefined,
    lastResort: false,
    reason,
    ...allegianceOf(facts),
  }
}

function allegianceOf(facts: Facts): { readonly allegiance?: Allegiance } {
  const name = facts.get('GROUP_NAME') ?? ''
  if (name === '') return {}
  const cluster = `the group ${name}`
  const members = facts.get('MEMBERS')?.split(',')
  return { allegiance: { is: 'member', cluster, view: { cluster, members } } }
}
