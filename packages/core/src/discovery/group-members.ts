import type { Answer } from '../driver/question.js'
import { disbelieved, type Membership } from './membership.js'

export const GROUP_MEMBERS_SQL = `SELECT MEMBER_HOST, MEMBER_PORT, MEMBER_STATE, MEMBER_ID = @@server_uuid
FROM performance_schema.replication_group_members`

/** Reads the members of a MySQL group. A member that has lost the majority still reports ONLINE. */
export function readGroupMembers(answer: Answer | undefined): Membership {
  const rows = (answer?.rows ?? []).map(([host, port, state, own]) => ({
    member: { host: String(host ?? ''), port: Number(port ?? 0) },
    state: String(state),
    own: Number(own) === 1,
  }))
  const self = rows.find(({ own }) => own)
  if (self?.state !== 'ONLINE') return disbelieved(`its state in the group is ${self?.state ?? 'OFFLINE'}`)
  const reachable = rows.filter(({ state }) => state === 'ONLINE' || state === 'RECOVERING').length
  if (reachable * 2 <= rows.length) {
    return disbelieved(`it reaches no majority of its group (${reachable} of ${rows.length} members)`)
  }
  const members = rows.map(({ member }) => member).filter(({ host, port }) => host !== '' && port > 0)
  return { believed: true, members, self: self.member, unreadable: [] }
}
