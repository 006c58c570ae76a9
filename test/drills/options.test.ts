import { expect, test } from 'vitest'
import { UsageError } from '../program/arguments.js'
import { DRILLS } from './drill-names.js'
import { readOptions } from './options.js'

test('without arguments all drills run, at 80 requests a second, on this project’s pool alone', () => {
  expect(readOptions([])).toEqual({
    drills: DRILLS,
    rates: [80],
    connections: 30,
    seconds: 15,
    json: false,
    subjects: ['hostpool'],
  })
})

test('drills, several rates and the other pools can be asked for', () => {
  const options = readOptions(['freeze', 'kill', '--rate', '80', '--rate', '500', '--peers'])
  expect(options).toMatchObject({
    drills: ['freeze', 'kill'],
    rates: [80, 500],
    subjects: ['hostpool', 'mysql2', 'mysql2-tuned', 'mariadb', 'mariadb-tuned'],
  })
})

test('a drill that does not exist is refused by its name, and those that exist are named', () => {
  expect(() => readOptions(['frieze'])).toThrow(UsageError)
  expect(() => readOptions(['frieze'])).toThrow(/"frieze".*freeze/)
})

test.each([
  [['--seconds', '0']],
  [['--rate', 'fast']],
  [['--rate', '80', '--rate', '0']],
  [['--connections', '2']],
  [['--unknown']],
])('%j is refused', (args) => {
  expect(() => readOptions(args)).toThrow(UsageError)
})
