import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { Access, Serves } from '../sql/access.js'
import { mostServed } from '../testing/model/matching.js'
import { unmetDemand, type Waiting } from './demand.js'

const both: Serves = { read: true, write: true }
const reader: Serves = { read: true, write: false }
const writer: Serves = { read: false, write: true }
const nothing: Serves = { read: false, write: false }

describe('what more connections are needed for', () => {
  it.each<{ waiting: Partial<Waiting>; promises: readonly Serves[]; demand: readonly (Access | undefined)[] }>([
    { waiting: {}, promises: [], demand: [] },
    { waiting: {}, promises: [both], demand: [] },
    { waiting: { any: 1 }, promises: [], demand: [undefined] },
    { waiting: { any: 1 }, promises: [both], demand: [] },
    { waiting: { any: 1 }, promises: [reader], demand: [] },
    { waiting: { any: 1 }, promises: [writer], demand: [] },
    { waiting: { any: 1 }, promises: [nothing], demand: [undefined] },
    { waiting: { read: 1 }, promises: [writer], demand: ['read'] },
    { waiting: { write: 1 }, promises: [reader], demand: ['write'] },
    { waiting: { write: 1, any: 1 }, promises: [reader], demand: ['write'] },
    { waiting: { write: 1, read: 1 }, promises: [both], demand: ['write', 'read'] },
    { waiting: { write: 1, read: 1, any: 1 }, promises: [], demand: ['write', 'read', undefined] },
    { waiting: { write: 1, read: 1, any: 1 }, promises: [both, both, both], demand: [] },
    { waiting: { read: 2 }, promises: [reader, both], demand: [] },
  ])('$waiting with $promises promised: $demand', ({ waiting, promises, demand }) => {
    expect(unmetDemand({ any: 0, read: 0, write: 0, ...waiting }, promises)).toEqual(demand)
  })

  const waitings = fc.record({ any: fc.nat(4), read: fc.nat(4), write: fc.nat(4) })
  const promises = fc.array(fc.constantFrom(both, reader, writer, nothing), { maxLength: 10 })

  it('is nothing exactly when everybody can have a promised connection of their own', () => {
    fc.assert(
      fc.property(waitings, promises, (waiting, promised) => {
        const everybody = mostServed(waitersOf(waiting), promised) === waiting.any + waiting.read + waiting.write
        expect(unmetDemand(waiting, promised).length === 0).toBe(everybody)
      }),
    )
  })

  it('is only what would serve one more', () => {
    fc.assert(
      fc.property(waitings, promises, (waiting, promised) => {
        const served = mostServed(waitersOf(waiting), promised)
        for (const access of unmetDemand(waiting, promised)) {
          expect(waiting[access ?? 'any']).toBeGreaterThan(0)
          expect(mostServed(waitersOf(waiting), [...promised, both])).toBe(served + 1)
        }
      }),
    )
  })
})

function waitersOf({ any, read, write }: Waiting): readonly (Access | undefined)[] {
  return [
    ...Array.from<undefined>({ length: any }),
    ...Array.from({ length: read }, () => 'read' as const),
    ...Array.from({ length: write }, () => 'write' as const),
  ]
}
