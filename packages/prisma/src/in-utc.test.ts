import { createPool, optionsFromUrl } from '@mysql-hostpool/core'
import { expect, test } from 'vitest'

import { inUtc } from './in-utc.js'

test.each([
  ['options', { host: 'db1' }],
  ['a URL', optionsFromUrl('mysql://app@db1,db2/shop')],
  ['options that leave the variables undefined', { sessionVariables: undefined }],
])('sessions of %s are in UTC', (_name, options) => {
  expect(createPool(inUtc(options)).config.sessionVariables).toEqual({ time_zone: '+00:00' })
})

test('other variables are set as well', () => {
  const { config } = createPool(inUtc(optionsFromUrl('mysql://db1?sessionVariables.wsrep_sync_wait=1')))
  expect(config.sessionVariables).toEqual({ time_zone: '+00:00', wsrep_sync_wait: 1 })
})

test('a zone of the user’s own stays, and the object it is in', () => {
  const options = Object.freeze({ sessionVariables: Object.freeze({ time_zone: 'SYSTEM' }) })
  expect(inUtc(options).sessionVariables).toEqual({ time_zone: 'SYSTEM' })
})

test.each([
  [null],
  [42],
  [[]],
  [{ sessionVariables: null }],
  [{ sessionVariables: 'UTC' }],
  [{ sessionVariables: [] }],
])('%j is left as it is, for createPool to refuse', (wrong) => {
  const { given } = Object.assign(Object.create(null), { given: wrong })
  expect(() => createPool(inUtc(given))).toThrow(expect.objectContaining({ code: 'ERR_HOSTPOOL_CONFIG' }))
})
