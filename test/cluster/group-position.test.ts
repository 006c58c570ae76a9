import { expect, test } from 'vitest'
import { formatGroupPosition, parseGroupPosition, parseRecoveredPosition, positionForNode } from './group-position.js'

const UUID = '9da6049b-e679-11f1-994e-fe1a98f99af8'
const SAVED = `# GALERA saved state\nversion: 2.1\nuuid:    ${UUID}\nseqno:   41\nsafe_to_bootstrap: 1\n`

test('a position is read from the file of a server and written back unchanged', () => {
  const position = parseGroupPosition(SAVED)
  expect(position).toEqual({ version: '2.1', uuid: UUID, seqno: 41, safeToBootstrap: true })
  expect(position && formatGroupPosition(position)).toBe(SAVED)
})

test('after a crash the position is unknown, which is not the same as an absent file', () => {
  expect(parseGroupPosition(SAVED.replace('41', '-1'))).toMatchObject({ seqno: -1 })
  expect(parseGroupPosition('')).toBeUndefined()
  expect(parseGroupPosition('uuid: x\nseqno: many\n')).toBeUndefined()
})

test('only the founder may bootstrap, and each later node counts the joins before it', () => {
  const template = { version: '2.1', uuid: UUID, seqno: 3, safeToBootstrap: true }
  const positions = [0, 1, 2].map((index) => positionForNode(template, index))
  expect(positions.map(({ seqno }) => seqno)).toEqual([3, 4, 5])
  expect(positions.map(({ safeToBootstrap }) => safeToBootstrap)).toEqual([true, false, false])
})

test('the recovered position is the last one in the log', () => {
  const log = `WSREP: Recovered position: ${UUID}:7\nnoise\n2026 [Note] WSREP: Recovered position: ${UUID}:9,0-1-4\n`
  expect(parseRecoveredPosition(log)).toBe(`${UUID}:9`)
  expect(parseRecoveredPosition('WSREP: Recovered position: 00000000-0000-0000-0000-000000000000:-1')).toBe(
    '00000000-0000-0000-0000-000000000000:-1',
  )
  expect(parseRecoveredPosition('nothing here')).toBeUndefined()
})
