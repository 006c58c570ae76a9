import { WATCHED_SUBJECTS } from '../observe/watched-subjects.js'

/** Over three hosts. The second is the first once more. */
export const CLUSTER_SUBJECTS = [
  'mysql-hostpool',
  'mysql-hostpool again',
  'hand-held connections',
  'mysql2 PoolCluster',
  'mysql2 PoolCluster, tuned',
  'mariadb PoolCluster',
  'mariadb PoolCluster, tuned',
  ...WATCHED_SUBJECTS,
] as const

/** Over the first host alone. */
export const SINGLE_SUBJECTS = [
  'mysql-hostpool, one host',
  'mysql2 Pool, one host',
  'mysql2 Pool, tuned, one host',
  'aws wrapper, one host',
  'aws wrapper, tuned, one host',
] as const

export type QuerySubjectName = (typeof CLUSTER_SUBJECTS)[number] | (typeof SINGLE_SUBJECTS)[number]

/** Pools that have neither prepared statements nor a reset: they are left out where these are measured. */
export const TEXT_ONLY: readonly QuerySubjectName[] = ['aws wrapper, one host', 'aws wrapper, tuned, one host']

export const QUICK_SUBJECTS: readonly QuerySubjectName[] = [
  'mysql-hostpool',
  'mysql-hostpool again',
  'hand-held connections',
  'mysql2 PoolCluster',
  'mysql-hostpool, one host',
  'mysql2 Pool, one host',
  'aws wrapper, one host',
  ...WATCHED_SUBJECTS,
]
