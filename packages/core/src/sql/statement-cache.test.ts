import { expect, it } from 'vitest'

import { StatementCache } from './statement-cache.js'

it('keeps what is used, and never more than twice the limit', () => {
  const texts = new StatementCache<string>(10)
  texts.set('used', 'always')
  for (let number = 0; number < 100; number += 1) {
    texts.set(`${number}`, String(number))
    expect(texts.get('used')).toBe('always')
  }
  const kept = Array.from({ length: 100 }, (_, number) => texts.get(`${number}`)).filter((value) => value !== undefined)
  expect(kept.length).toBeGreaterThanOrEqual(9)
  expect(kept.length).toBeLessThan(20)
  expect(texts.get('99')).toBe('99')
})

it('puts a new value in the place of an old one', () => {
  const texts = new StatementCache<number>(1)
  texts.set('a', 1)
  texts.set('a', 2)
  expect(texts.get('a')).toBe(2)
})

it('does not keep a text of more than ten thousand characters', () => {
  const texts = new StatementCache<number>(10)
  texts.set('a'.repeat(10_000), 1)
  texts.set('a'.repeat(10_001), 2)
  expect([texts.get('a'.repeat(10_000)), texts.get('a'.repeat(10_001))]).toEqual([1, undefined])
})
