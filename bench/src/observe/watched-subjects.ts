/** This pool with something that listens to it: the cost of each way to look at a pool. */
export const WATCHED_SUBJECTS = [
  'mysql-hostpool, subscribed',
  'mysql-hostpool, instrumented',
  'mysql-hostpool, logged',
  'mysql-hostpool, each event logged',
  'mysql-hostpool, in watch',
  'mysql-hostpool, page mounted',
  'mysql-hostpool, page open',
] as const

export type WatchedSubject = (typeof WATCHED_SUBJECTS)[number]

export function isWatched(name: string): name is WatchedSubject {
  return (WATCHED_SUBJECTS as readonly string[]).includes(name)
}
