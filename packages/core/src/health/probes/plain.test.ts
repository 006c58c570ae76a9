import { expect, it } from 'vitest'

import { NO_LIMITS } from '../../simulation/no-limits.js'
import { plainProbe } from './plain.js'

it.each([
  [0, true],
  ['0', true],
  ['OFF', true],
  [1, false],
  ['ON', false],
  ['NO_LOCK', false],
])('a plain server whose read_only is %j accepts writes: %s', (value, writable) => {
  const result = plainProbe.evaluate([{ columns: ['name', 'value'], rows: [['READ_ONLY', value]] }], NO_LIMITS, false)
  expect(result).toEqual({ usable: true, writable, lastResort: false, reason: writable ? '' : 'read_only is on' })
})
