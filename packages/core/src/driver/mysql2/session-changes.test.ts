import { describe, expect, it } from 'vitest'

import type { RawHeader } from './mysql2-internals.js'
import { isSessionChange } from './session-changes.js'

const CHANGED = 0x4000
const AUTOCOMMIT = 0x0002

function change(stateChanges?: Partial<NonNullable<RawHeader['stateChanges']>>, serverStatus = CHANGED): RawHeader {
  if (stateChanges === undefined) return { serverStatus }
  return { serverStatus, stateChanges: { schema: null, ...stateChanges } }
}

describe('an answer tells of a change of the session', () => {
  it.each([
    ['the server says no more than that', change()],
    ['a schema was chosen', change({ schema: 'other' })],
    ['the schema is none any more', change({ schema: '' })],
    ['state has changed', change({ trackStateChange: '1' })],
    ['a variable was set', change({ systemVariables: { time_zone: '+09:00' } })],
    ['a variable was set beside the identifier', change({ systemVariables: { last_gtid: '0-1-2', autocommit: 'ON' } })],
    ['a variable was set and there are identifiers', change({ systemVariables: { a: '1' }, gtids: ['x:1'] })],
    ['a schema was chosen and there are identifiers', change({ schema: 'other', gtids: ['x:1'] })],
    ['state has changed and there are identifiers', change({ trackStateChange: '1', gtids: ['x:1'] })],
    ['what has changed is not said', change({ gtids: [] })],
  ])('where %s', (_, header) => {
    expect(isSessionChange(header)).toBe(true)
  })
})

describe('an answer tells of no change of the session', () => {
  it.each([
    ['it has no flags', {}],
    ['the flag is not set', change(undefined, AUTOCOMMIT)],
    ['the flag is not set, whatever else there is', change({ schema: 'other' }, AUTOCOMMIT)],
    ['there are only identifiers of transactions', change({ gtids: ['x:1'] })],
    ['there is only the identifier of MariaDB', change({ systemVariables: { last_gtid: '0-1-2' } })],
  ])('where %s', (_, header) => {
    expect(isSessionChange(header)).toBe(false)
  })
})
