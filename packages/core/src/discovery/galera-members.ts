import type { Answer } from '../driver/question.js'
import { factsOf } from '../health/answer.js'
import { statusTable } from '../health/probes/status-table.js'
import { disbelieved, type Membership, readMember } from './membership.js'

export function galeraMembersSql(serverVersion: string): string {
  return `SELECT VARIABLE_NAME AS name, VARIABLE_VALUE AS value FROM ${statusTable(serverVersion)} WHERE VARIABLE_NAME IN
('WSREP_CLUSTER_STATUS', 'WSREP_READY', 'WSREP_CLUSTER_SIZE', 'WSREP_LOCAL_INDEX', 'WSREP_INCOMING_ADDRESSES')`
}

/** Reads the members of a Galera cluster. A node outside the primary component lists only the members that it can reach. */
export function readGaleraMembers(answer: Answer | undefined): Membership {
  const facts = factsOf(answer)
  if (facts.get('WSREP_CLUSTER_STATUS') !== 'Primary') return disbelieved('it is not in the primary component')
  if (facts.get('WSREP_READY') !== 'ON') return disbelieved('it is not ready')
  const listed = (facts.get('WSREP_INCOMING_ADDRESSES') ?? '').split(',').map((entry) => entry.trim())
  // An arbitrator has a vote and no address.
  const entries = listed.filter((entry) => entry !== '')
  if (entries.length === 0) return disbelieved('its wsrep_incoming_addresses is empty')
  const members = entries.flatMap((entry) => readMember(entry) ?? [])
  const unreadable = entries.filter((entry) => readMember(entry) === undefined)
  // The list is in the order of the group's indexes, except where arbitrators are left out of it (Percona).
  const whole = listed.length === Number(facts.get('WSREP_CLUSTER_SIZE'))
  const own = whole ? listed[Number(facts.get('WSREP_LOCAL_INDEX'))] : undefined
  return { believed: true, members, self: own === undefined ? undefined : readMember(own), unreadable }
}
