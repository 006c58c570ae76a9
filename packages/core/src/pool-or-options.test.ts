import { describe, expect, it } from 'vitest'

import { createPool } from './create-pool.js'
import { poolOrOptions } from './pool-or-options.js'

describe('what an adapter is given', () => {
  it('is a pool when it can do what a pool does', async () => {
    const pool = createPool({ host: 'db1' })
    expect(poolOrOptions(pool, 'adapter()')).toEqual({ pool })
    await pool.end()
  })

  it('is options otherwise, also as a URL', () => {
    expect(poolOrOptions({ host: 'db1' }, 'adapter()')).toEqual({ options: { host: 'db1' } })
    expect(poolOrOptions('mysql://app:secret@db1/shop', 'adapter()')).toMatchObject({
      options: { user: 'app', database: 'shop' },
    })
  })

  it.each([
    ['a pool of mysql2', { getConnection: () => undefined }],
    ['nothing', null],
    ['a number', 7],
  ])('is refused at once when it is %s', (_, given) => {
    const wrong = given as unknown as string
    expect(() => poolOrOptions(wrong, 'adapter()')).toThrow(/^adapter\(\) takes a pool of createPool\(\)/)
  })

  it('is one argument, for a second would be ignored', () => {
    const more = { code: 'ERR_HOSTPOOL_CONFIG', message: expect.stringMatching(/^\S+ was given one argument too many/) }
    const options = { connectionLimit: 5 }
    const create = createPool as (...given: readonly unknown[]) => unknown
    expect(() => poolOrOptions('mysql://db1/shop', 'adapter()', [options])).toThrow(expect.objectContaining(more))
    expect(() => create('mysql://db1/shop', options)).toThrow(expect.objectContaining(more))
    expect(['mysql://db1/shop', 'mysql://db2/shop'].map(createPool)).toHaveLength(2)
  })
})
