import { expect, it } from 'vitest'

import { RecentMap } from './recent-map.js'

it('keeps what is used, and never more than twice the limit', () => {
  const map = new RecentMap<number, string>(10)
  map.set(-1, 'used')
  for (let key = 0; key < 100; key += 1) {
    map.set(key, String(key))
    expect(map.get(-1)).toBe('used')
  }
  const kept = Array.from({ length: 100 }, (_, key) => map.get(key)).filter((value) => value !== undefined)
  expect(kept.length).toBeGreaterThanOrEqual(9)
  expect(kept.length).toBeLessThan(20)
  expect(map.get(99)).toBe('99')
})

it('puts a new value in the place of an old one', () => {
  const map = new RecentMap<string, number>(1)
  map.set('a', 1)
  map.set('a', 2)
  expect(map.get('a')).toBe(2)
})
