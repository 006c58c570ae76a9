/** The kinds of servers that `health.probe` can name. Each has a file in `health/probes/`, and a line in the registry there. */
export const probeNames = ['galera', 'group-replication', 'replication', 'plain'] as const

export type ProbeName = (typeof probeNames)[number]
