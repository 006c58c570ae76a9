import { describe, expect, test } from 'vitest'
import { Gate } from './gate.js'

function waiting(gate: Gate, count: number): { readonly gone: readonly number[] } {
  const gone: number[] = []
  for (let index = 0; index < count; index += 1) void gate.pass().then(() => gone.push(index))
  return { gone }
}

describe('a gate', () => {
  test('holds back all that come until it is opened', async () => {
    const gate = new Gate()
    const { gone } = waiting(gate, 3)
    await Promise.resolve()
    expect([gone, gate.waiting]).toEqual([[], 3])
    await gate.open(5, 0, () => undefined)
    expect([gone, gate.waiting]).toEqual([[0, 1, 2], 0])
  })

  test('does something once, in the midst of those it lets go', async () => {
    const gate = new Gate()
    const { gone } = waiting(gate, 200)
    const seen: number[] = []
    await gate.open(20, 10, () => seen.push(gone.length))
    expect(seen).toHaveLength(1)
    expect(seen[0]).toBeGreaterThan(0)
  })

  test('does it after the last one too', async () => {
    const gate = new Gate()
    const { gone } = waiting(gate, 5)
    const seen: number[] = []
    await gate.open(1, 10, () => seen.push(gone.length))
    expect(seen).toEqual([5])
  })

  test('lets pass at once all that come later, as a retry does', async () => {
    const gate = new Gate()
    await gate.open(1, 0, () => undefined)
    await expect(gate.pass()).resolves.toBeUndefined()
  })
})
