import { expect, test } from 'vitest'

import { inferFacts, type ServerAnswer } from './server-facts.js'

const utc = { database: 'shop', timeZone: '+00:00', isUtc: true }

test.each([
  ['10.11.19-MariaDB', false],
  ['5.5.5-10.11.19-MariaDB-log', false],
  ['11.8.2-MariaDB-ubu2404', false],
  ['8.0.12', false],
  ['8.0.13', true],
  ['8.0.42-0ubuntu0.24.04.1', true],
  ['8.4.0', true],
  ['9.7.4', true],
  ['5.7.44-log', false],
  ['', false],
])('relation joins on %s: %s', (version, supported) => {
  expect(inferFacts({ ...utc, version }).supportsRelationJoins).toBe(supported)
})

test('sessions in UTC need nothing, others on MariaDB have each statement run in UTC', () => {
  const version = '10.11.19-MariaDB'
  expect(inferFacts({ ...utc, version }).statementPrefix).toBe('')
  expect(inferFacts({ ...utc, version, timeZone: 'Europe/Paris', isUtc: false }).statementPrefix).toBe(
    "SET STATEMENT time_zone='+00:00' FOR ",
  )
})

test('sessions of MySQL in another zone are refused, with the zone and the remedy', () => {
  const answer: ServerAnswer = { version: '8.4.0', database: undefined, timeZone: 'Europe/Paris', isUtc: false }
  expect(() => inferFacts(answer)).toThrow(
    expect.objectContaining({
      code: 'ERR_HOSTPOOL_UNSUPPORTED',
      message: expect.stringMatching(/Europe\/Paris.*sessionVariables: \{ time_zone: '\+00:00' \}/),
    }),
  )
})
