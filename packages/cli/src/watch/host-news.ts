import type { Pool } from '@mysql-hostpool/core'

/** An event of a host or of the pool, in words. */
export interface News {
  /** The name of the event of the pool. */
  readonly event: string
  /** `name:port`; undefined for news of the whole pool. */
  readonly host: string | undefined
  /** The event in words. */
  readonly text: string
}

/**
 * Tells the events of a pool's hosts, and its warnings.
 * @param label - a short name for a host. Default: its own
 */
export function onHostNews(pool: Pool, tell: (news: News) => void, label = (host: string): string => host): void {
  const state =
    (event: string, words: string) =>
    (details: { readonly host: string; readonly reason?: string }): void => {
      const { host, reason = '' } = details
      tell({ event, host, text: `the pool sees that ${label(host)} is ${words}${reason === '' ? '' : `: ${reason}`}` })
    }
  pool.on('hostUp', state('hostUp', 'up'))
  pool.on('hostSuspect', state('hostSuspect', 'suspect'))
  pool.on('hostDown', state('hostDown', 'down'))
  pool.on('hostDraining', state('hostDraining', 'draining'))
  pool.on('hostAdded', state('hostAdded', 'a host now'))
  pool.on('hostRemoved', state('hostRemoved', 'no host any more'))
  pool.on('allHostsDown', () => tell({ event: 'allHostsDown', host: undefined, text: 'no host is left' }))
  pool.on('warning', ({ host, message }) => {
    tell({ event: 'warning', host, text: host === undefined ? message : `${label(host)}: ${message}` })
  })
}
