import { describe, expect, it } from 'vitest'

import { PoolWorld } from '../testing/pool-world.js'

const misfortune = new Error('no such tenant')

describe('an onConnect function', () => {
  it.each([
    [
      'throws',
      () => {
        throw misfortune
      },
      misfortune,
    ],
    ['rejects', () => Promise.reject(misfortune), misfortune],
    ['rejects with no Error', () => Promise.reject(Object.create(null) as Error), expect.anything()],
  ])('that %s fails the caller with an error that names it, and marks no host down', async (_, onConnect, cause) => {
    const world = new PoolWorld({ host: 'a', user: 'shop', onConnect })
    await expect(world.settled(world.pool.query('SELECT 1'))).rejects.toMatchObject({
      code: 'ERR_HOSTPOOL_CONFIG',
      message: expect.stringMatching(/^The onConnect function failed: (no such tenant|something that is no Error)/),
      cause,
    })
    expect(world.pool.status().hosts).toMatchObject([{ state: 'unknown' }])
  })

  it('whose statement the server refuses fails the caller with the words of the server', async () => {
    const refusal = Object.assign(new Error('Unknown column'), { errno: 1054, code: 'ER_BAD_FIELD_ERROR' })
    const world = new PoolWorld({ host: 'a', user: 'shop', onConnect: () => Promise.reject(refusal) })
    await expect(world.settled(world.pool.query('SELECT 1'))).rejects.toBe(refusal)
  })
})
