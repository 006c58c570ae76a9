import { expect, test } from 'vitest'
import { isServing, parseGroupStatus } from './group-status.js'

const primary = { state: 'ONLINE', role: 'PRIMARY', members: 3, reachable: '3', read_only: 0 }

test.each([
  [{}, true],
  [{ role: 'SECONDARY', read_only: 1 }, true],
  [{ read_only: 1 }, false],
  [{ state: 'RECOVERING' }, false],
  [{ reachable: '2' }, true],
  [{ reachable: '1' }, false],
  [{ state: null, role: null, members: 0, reachable: null, read_only: 1 }, false],
])('a member that differs from a healthy primary by %j serves: %s', (difference, serves) => {
  expect(isServing(parseGroupStatus({ ...primary, ...difference }))).toBe(serves)
})

test('a server that says nothing is no member', () => {
  expect(parseGroupStatus(undefined)).toMatchObject({ state: 'OFFLINE', role: '', members: 0 })
})
