import { expect, test } from 'vitest'

import { inferFacts, readAnswer, type ServerAnswer } from './prisma-facts.js'

const utc = { timeZone: '+00:00', isUtc: true }

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

const paris = { timeZone: 'Europe/Paris', isUtc: false }

test.each([
  ['10.11.19-MariaDB', {}, 'SELECT 1'],
  ['10.11.19-MariaDB', paris, "SET STATEMENT time_zone='+00:00' FOR SELECT 1"],
  ['8.0.17', {}, 'SELECT 1'],
  ['8.0.17', paris, "SELECT /*+ SET_VAR(time_zone='+00:00') */ 1"],
  ['9.7.4', paris, "SELECT /*+ SET_VAR(time_zone='+00:00') */ 1"],
  ['5.7.44', {}, 'SELECT 1'],
])('on %s, sessions being %o, a statement becomes %s', (version, zone, statement) => {
  expect(inferFacts({ ...utc, version, ...zone }).toUtc('SELECT 1')).toBe(statement)
})

test('sessions of an older MySQL in another zone are refused, with the zone and the remedy', () => {
  const answer: ServerAnswer = { version: '8.0.16', ...paris }
  expect(() => inferFacts(answer)).toThrow(
    expect.objectContaining({
      code: 'ERR_HOSTPOOL_UNSUPPORTED',
      message: expect.stringMatching(/Europe\/Paris.*sessionVariables: \{ time_zone: '\+00:00' \}/),
    }),
  )
})

test('an answer is one row of a version, a zone and a number', () => {
  expect(readAnswer([['8.4.0', 'SYSTEM', '1']])).toEqual({ version: '8.4.0', timeZone: 'SYSTEM', isUtc: true })
})

test.each([[{ affectedRows: 0 }], [undefined], [[]], [[[]]], [[[null, null, null]]], [[{ version: '8.4.0' }]]])(
  'an answer that is none is refused: %j',
  (rows) => {
    expect(() => readAnswer(rows)).toThrow(expect.objectContaining({ code: 'ERR_HOSTPOOL_UNSUPPORTED' }))
  },
)
