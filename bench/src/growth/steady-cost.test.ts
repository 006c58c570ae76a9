import { expect, test } from 'vitest'
import { steadyCost } from './steady-cost.js'
import { BareQueue } from './bare-queue.js'

test('nothing is measured before everybody has been served once, and nobody is left waiting at the end', async () => {
  const queue = new BareQueue(2)
  let served = 0
  const servedBefore: number[] = []
  const subject = {
    acquire: () => queue.acquire(),
    release: (connection: object) => {
      served += 1
      queue.release(connection)
    },
  }
  const cost = await steadyCost(subject, 20, { warmUp: 5, cycles: 30 }, () => servedBefore.push(served))
  expect(servedBefore).toEqual([20])
  expect(cost).toBeGreaterThan(0)
  expect(queue.waiting).toBe(0)
})

test('a bare queue serves in the order of asking', async () => {
  const queue = new BareQueue(1)
  const order: number[] = []
  const first = await queue.acquire()
  const others = [1, 2, 3].map(async (number) => {
    const connection = await queue.acquire()
    order.push(number)
    queue.release(connection)
  })
  expect(queue.waiting).toBe(3)
  queue.release(first)
  await Promise.all(others)
  expect(order).toEqual([1, 2, 3])
})
