import { WATCHED_SUBJECTS } from '../observe/watched-subjects.js'

/** Pools with promises. The second is the first once more: how far their ratio strays from 1 is the machine's noise. */
export const PROMISE_SUBJECTS = [
  'mysql-hostpool',
  'mysql-hostpool again',
  'no pool',
  'mysql2 Pool',
  'mysql2 PoolCluster',
  'mariadb Pool',
  'mariadb Pool, tuned',
  'mariadb PoolCluster',
  'mariadb PoolCluster, tuned',
  'tarn',
  'generic-pool',
  ...WATCHED_SUBJECTS,
] as const

/** Pools with callbacks. */
export const CALLBACK_SUBJECTS = [
  'mysql-hostpool, callback',
  'mysql2 Pool, callback',
  'mysql2 PoolCluster, callback',
] as const

export type CycleSubjectName = (typeof PROMISE_SUBJECTS)[number] | (typeof CALLBACK_SUBJECTS)[number]
