import type { UserChange } from '@mysql-hostpool/core'

import { unsupported } from './unsupported.js'

const KNOWN = new Set(['user', 'password', 'password1', 'database'])

/**
 * Reads the options of mysql2's `changeUser`.
 * @throws ERR_HOSTPOOL_UNSUPPORTED for an option that would otherwise be ignored.
 */
export function userChange(options: object): UserChange {
  const given = new Map(Object.entries(options).filter(([, value]) => value !== undefined))
  for (const name of given.keys()) {
    if (!KNOWN.has(name)) throw unsupported(`changeUser() with ${name}`, 'give user, password and database')
  }
  const text = (name: string): string | undefined => {
    const value: unknown = given.get(name)
    if (value !== undefined && typeof value !== 'string') throw new TypeError(`changeUser(): ${name} must be a string`)
    return value
  }
  return { user: text('user'), password: text('password') ?? text('password1'), database: text('database') }
}
