import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { countTimers } from './count-timers.js'

test('timers are counted, and turns of the event loop are not', async () => {
  const timers = await countTimers(async () => {
    clearTimeout(setTimeout(() => undefined, 1000))
    await sleep(1)
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
  })
  expect(timers).toBe(2)
})
