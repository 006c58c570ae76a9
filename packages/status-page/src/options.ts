import type { IncomingMessage } from 'node:http'

import { HostpoolError, type Pool } from '@mysql-hostpool/core'

/** The options of `statusPage`. */
export interface StatusPageOptions {
  /**
   * Decides whether a request is answered. Only `true` lets a request in; with anything else, an error and a rejection included,
   * the answer is 403. The function is called for each request, and every five minutes for a page that stays open. Default:
   * requests from this machine are let in when they came through no proxy, see the README.
   */
  authorize?(request: IncomingMessage): boolean | Promise<boolean>
  /** The title of the page. Default: `mysql-hostpool`. */
  readonly title?: string
  /**
   * Shows the text of statements that were sent more than once, or whose outcome is unknown. A text with values written into it
   * may be secret. Default: false, only the first word is shown.
   */
  readonly showSql?: boolean
  /**
   * Takes a sample of the hosts every five seconds from the beginning, so that the charts are full when the first page is opened.
   * Default: false, samples are taken from the first page until ten minutes after the last one.
   */
  readonly keepHistory?: boolean
}

const KINDS: Readonly<Record<keyof StatusPageOptions, string>> = {
  authorize: 'function',
  title: 'string',
  showSql: 'boolean',
  keepHistory: 'boolean',
}

/**
 * Refuses wrong options. Callers in plain JavaScript have no type checker, and a misspelt `authorize` must not go unnoticed.
 * @throws ERR_HOSTPOOL_CONFIG
 */
export function checkOptions(options: StatusPageOptions): void {
  if (typeof options !== 'object' || options === null)
    throw refusal(`the options have to be an object, not ${kindOf(options)}`)
  for (const [name, value] of Object.entries(options)) {
    const kind = Object.hasOwn(KINDS, name) ? KINDS[name as keyof StatusPageOptions] : undefined
    if (kind === undefined) {
      throw refusal(`there is no option ${JSON.stringify(name)}; the options are ${Object.keys(KINDS).join(', ')}`)
    }
    if (value !== undefined && typeof value !== kind) throw refusal(`${name} has to be a ${kind}, not ${kindOf(value)}`)
  }
}

/** @throws ERR_HOSTPOOL_CONFIG */
export function checkPools(given: Pool | readonly Pool[]): readonly Pool[] {
  const pools: readonly unknown[] = Array.isArray(given) ? given : [given]
  if (pools.length === 0) throw refusal('there has to be a pool')
  for (const pool of pools) {
    if (typeof pool === 'object' && pool !== null && 'hosts' in pool && 'status' in pool && 'on' in pool) continue
    throw refusal(`it takes a pool of createPool(), or an array of them; this is ${kindOf(pool)}`)
  }
  if (new Set(pools).size < pools.length) throw refusal('one pool is there twice')
  return pools as readonly Pool[]
}

function refusal(words: string): HostpoolError {
  return new HostpoolError('ERR_HOSTPOOL_CONFIG', `statusPage(): ${words}`)
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : typeof value
}
