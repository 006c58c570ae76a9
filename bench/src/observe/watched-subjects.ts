/** This pool with something that listens to all it tells. */
export const WATCHED_SUBJECTS = ['mysql-hostpool, subscribed', 'mysql-hostpool, instrumented'] as const

export type WatchedSubject = (typeof WATCHED_SUBJECTS)[number]
