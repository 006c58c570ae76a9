import { UsageError } from '@mysql-hostpool/test/program/arguments'
import { expect, test } from 'vitest'
import { BENCHMARKS } from './benchmark.js'
import { isComplete, readOptions } from './options.js'

test('without arguments everything is measured ten times', () => {
  const options = readOptions([], {})
  expect(options).toEqual({
    benchmarks: BENCHMARKS,
    rounds: 10,
    quick: false,
    json: false,
    picture: undefined,
    before: undefined,
    url: undefined,
  })
  expect(options !== 'help' && isComplete(options)).toBe(true)
})

test('a benchmark can be picked, and a quick run is not a complete one', () => {
  expect(readOptions(['cycle', 'cycle'], {})).toMatchObject({ benchmarks: ['cycle'] })
  const quick = readOptions(['--quick', '--json', '--picture', 'x.svg'], { HOSTPOOL_BENCH_URL: 'mysql://a@b/c' })
  expect(quick).toMatchObject({ quick: true, rounds: 2, json: true, picture: 'x.svg', url: 'mysql://a@b/c' })
  expect(quick !== 'help' && isComplete(quick)).toBe(false)
})

test('a benchmark that does not exist is refused by its name, and those that exist are named', () => {
  expect(() => readOptions(['circle'], {})).toThrow(/"circle".*cycle/)
})

test('a checkout that is not built cannot be measured', () => {
  expect(() => readOptions(['cycle', '--before', '/nowhere'], {})).toThrow(/--before \/nowhere: no build/)
})

test.each([[['--rounds', '1']], [['--rounds', 'many']], [['--unknown']]])('%j is refused', (args) => {
  expect(() => readOptions(args, {})).toThrow(UsageError)
})
