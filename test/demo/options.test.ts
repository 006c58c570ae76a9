import { describe, expect, test } from 'vitest'
import { UsageError } from '../program/arguments.js'
import { readOptions } from './options.js'

const url = 'mysql://app:hunter2@db1,db2/shop'

test('without arguments node 2 is killed within thirty seconds', () => {
  expect(readOptions([], {})).toEqual({ seconds: 30, fault: { kind: 'kill', node: 2 }, url: undefined })
})

test('the fault, the node and the time can be chosen', () => {
  expect(readOptions(['--fault', 'freeze', '--node=3', '--seconds', '60'], {})).toEqual({
    seconds: 60,
    fault: { kind: 'freeze', node: 3 },
    url: undefined,
  })
})

test('nothing is broken on servers that run already', () => {
  expect(readOptions(['--seconds', '20'], { HOSTPOOL_DEMO_URL: url })).toEqual({ seconds: 20, fault: undefined, url })
})

test('an empty variable names no servers', () => {
  expect(readOptions([], { HOSTPOOL_DEMO_URL: '' })).toMatchObject({ url: undefined })
})

test('help is not a run', () => {
  expect(readOptions(['--help'], {})).toBe('help')
})

describe('what cannot be meant is refused with what is allowed', () => {
  test.each([
    [['--colour'], '--colour'],
    [['now'], 'now'],
    [['--seconds', '5'], '--seconds is "5"; it must be a whole number from 15 to 3600'],
    [['--seconds', '1e2'], '--seconds is "1e2"'],
    [['--node', '0'], '--node is "0"; it must be a whole number from 1 to 3'],
    [['--fault', 'melt'], '--fault is "melt"; it can be kill or freeze'],
  ])('%j', (args, message) => {
    expect(() => readOptions(args, {})).toThrow(UsageError)
    expect(() => readOptions(args, {})).toThrow(message)
  })

  test.each(['--fault=kill', '--node=1'])('%s for servers of somebody else', (arg) => {
    const read = () => readOptions([arg], { HOSTPOOL_DEMO_URL: url })
    expect(read).toThrow(/--(fault|node) needs a cluster that is the demo's own.* HOSTPOOL_DEMO_URL/)
    expect(read).not.toThrow(/hunter2/)
  })
})
