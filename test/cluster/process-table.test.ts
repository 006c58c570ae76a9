import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { hasEnded, identify, isAlive, isStopped, parseProcessStat, signalQuietly } from './process-table.js'

const line = (name: string, state: string, threads: number) =>
  `4242 (${name}) ${state} 1 4242 4242 0 -1 4194304 1 0 0 0 1 1 0 0 20 0 ${threads} 0 777 1 1`

test('the state, threads and start of a process are read whatever its name', () => {
  const expected = { state: 'S', threads: 9, startTime: '777' }
  expect(parseProcessStat(line('mariadbd', 'S', 9))).toEqual(expected)
  expect(parseProcessStat(line('a) R (b', 'S', 9))).toEqual(expected)
  expect(parseProcessStat('')).toBeUndefined()
})

test('a process has ended for good when its last thread has', () => {
  expect(hasEnded({ state: 'S', threads: 9, startTime: '1' })).toBe(false)
  expect(hasEnded({ state: 'T', threads: 9, startTime: '1' })).toBe(false)
  expect(hasEnded({ state: 'Z', threads: 2, startTime: '1' })).toBe(false)
  expect(hasEnded({ state: 'Z', threads: 1, startTime: '1' })).toBe(true)
})

test('a process is known by number and start, and seen when stopped and when gone', async () => {
  const child = spawn('sleep', ['60'])
  await once(child, 'spawn')
  const identity = identify(child.pid ?? 0)
  if (!identity) throw new Error('the process that was just started is not in the table')
  expect(isAlive(identity)).toBe(true)
  expect(isAlive({ ...identity, startTime: '1' })).toBe(false)
  expect(isStopped(identity)).toBe(false)
  signalQuietly(identity.pid, 'SIGSTOP')
  await expect.poll(() => isStopped(identity)).toBe(true)
  expect(isAlive(identity)).toBe(true)
  signalQuietly(identity.pid, 'SIGKILL')
  await once(child, 'exit')
  expect(isAlive(identity)).toBe(false)
  expect(identify(identity.pid)).toBeUndefined()
  expect(signalQuietly(identity.pid, 'SIGKILL')).toBe(false)
})
