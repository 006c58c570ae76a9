import type { Pool } from '@mysql-hostpool/core'
import { expect, test } from 'vitest'

import { OwnedPool } from './owned-pool.js'

function fakes(): { made: { ended: boolean }[]; create: () => Pool } {
  const made: { ended: boolean }[] = []
  const create = (): Pool => {
    const pool = { ended: false }
    made.push(pool)
    return Object.assign(Object.create(null), {
      end: () => {
        pool.ended = true
        return Promise.resolve()
      },
    })
  }
  return { made, create }
}

test('the pool is made at once, shared by its users and ended with the last of them', async () => {
  const { made, create } = fakes()
  const owned = new OwnedPool(create)
  expect(made).toHaveLength(1)
  const [first, second] = [owned.take(), owned.take()]
  expect(first.pool).toBe(second.pool)
  await first.release()
  expect(made).toEqual([{ ended: false }])
  await second.release()
  expect(made).toEqual([{ ended: true }])
})

test('giving up twice counts once', async () => {
  const { made, create } = fakes()
  const owned = new OwnedPool(create)
  const [first, second] = [owned.take(), owned.take()]
  await first.release()
  await first.release()
  expect(made).toEqual([{ ended: false }])
  await second.release()
  expect(made).toEqual([{ ended: true }])
})

test('whoever comes after the end gets a new pool', async () => {
  const { made, create } = fakes()
  const owned = new OwnedPool(create)
  await owned.take().release()
  const later = owned.take()
  expect(made).toEqual([{ ended: true }, { ended: false }])
  await later.release()
})
