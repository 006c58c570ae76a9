import { describe, expect, it } from 'vitest'

import type { ProbeResult } from '../probe-result.js'
import { NO_LIMITS } from '../../simulation/no-limits.js'
import { groupReplicationProbe } from './group-replication.js'

const primary = {
  total: 3,
  reachable: '3',
  state: 'ONLINE',
  role: 'PRIMARY',
  read_only: 0,
  super_read_only: 0,
  offline_mode: 0,
} as const
const secondary = { role: 'SECONDARY', read_only: 1, super_read_only: 1 } as const

function evaluate(differing: Partial<Record<keyof typeof primary, string | number | null>>): ProbeResult {
  const row = { ...primary, ...differing }
  const answer = { columns: Object.keys(row), rows: [Object.values(row)] }
  return groupReplicationProbe.evaluate([answer], NO_LIMITS, false)
}

describe('a member of a group', () => {
  it.each([
    ['a primary', {}, true, ''],
    ['a secondary', secondary, false, 'secondary'],
    ['a secondary on which somebody switched writes on', { role: 'SECONDARY' }, false, 'secondary'],
    ['a primary with super_read_only', { super_read_only: 1, read_only: 1 }, false, 'super_read_only is on'],
    ['a primary with read_only', { read_only: 1 }, false, 'read_only is on'],
    ['a primary that lost one of three', { total: 3, reachable: '2' }, true, ''],
    ['a primary of a group of two of which one joins', { total: 2, reachable: '2' }, true, ''],
    ['the only member', { total: 1, reachable: '1' }, true, ''],
  ])('is usable as %s', (_name, differing, writable, reason) => {
    expect(evaluate(differing)).toEqual({ usable: true, writable, lastResort: false, reason })
  })

  it.each([
    ['one of three', { total: 3, reachable: '1' }, 'it reaches no majority of its group (1 of 3 members)'],
    ['half of four', { total: 4, reachable: '2' }, 'it reaches no majority of its group (2 of 4 members)'],
    ['one of two, as a secondary', { ...secondary, total: 2, reachable: '1' }, 'no majority'],
  ])('without a majority is not used, though it says ONLINE: %s', (_name, differing, reason) => {
    expect(evaluate(differing)).toEqual({ usable: false, reason: expect.stringContaining(reason) as string })
  })

  it.each(['RECOVERING', 'OFFLINE', 'ERROR', 'UNREACHABLE'])('is not used in state %s', (state) => {
    expect(evaluate({ state })).toEqual({ usable: false, reason: `its state in the group is ${state}` })
  })

  it('is not used while offline_mode is on', () => {
    expect(evaluate({ offline_mode: 1 })).toEqual({ usable: false, reason: 'offline_mode is on' })
  })

  it('is not used when it finds itself nowhere in the table', () => {
    expect(evaluate({ state: null, role: null })).toEqual({
      usable: false,
      reason: 'its state in the group is OFFLINE',
    })
    expect(evaluate({ total: 0, reachable: null, state: null, role: null })).toMatchObject({ usable: false })
  })

  it('is asked in one round trip', () => {
    expect(groupReplicationProbe.queries({ version: '9.7.4', variables: new Map() })).toHaveLength(1)
  })
})
