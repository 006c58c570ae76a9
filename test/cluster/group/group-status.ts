/** What a member of a group says about itself and the others. */
export interface GroupStatus {
  /** `ONLINE`, `RECOVERING`, `UNREACHABLE`, `ERROR` or `OFFLINE`. */
  readonly state: string
  /** `PRIMARY` or `SECONDARY`; empty while it is no member. */
  readonly role: string
  readonly members: number
  /** How many of them it reaches, itself counted. */
  readonly reachable: number
  readonly readOnly: boolean
}

export const GROUP_STATUS_SQL = `SELECT COUNT(*) AS members, SUM(MEMBER_STATE IN ('ONLINE', 'RECOVERING')) AS reachable,
MAX(IF(MEMBER_ID = @@server_uuid, MEMBER_STATE, NULL)) AS state,
MAX(IF(MEMBER_ID = @@server_uuid, MEMBER_ROLE, NULL)) AS role, @@super_read_only AS read_only
FROM performance_schema.replication_group_members`

/** Reads the row of `GROUP_STATUS_SQL`. */
export function parseGroupStatus(row: Readonly<Record<string, unknown>> | undefined): GroupStatus {
  const text = (name: string) => (typeof row?.[name] === 'string' ? row[name] : '')
  return {
    state: text('state') || 'OFFLINE',
    role: text('role'),
    members: Number(row?.['members'] ?? 0),
    reachable: Number(row?.['reachable'] ?? 0),
    readOnly: Number(row?.['read_only']) === 1,
  }
}

/** Whether it serves all that its role lets it: a secondary reads, a primary also writes. */
export function isServing({ state, role, members, reachable, readOnly }: GroupStatus): boolean {
  return state === 'ONLINE' && reachable * 2 > members && (role === 'SECONDARY' || !readOnly)
}
