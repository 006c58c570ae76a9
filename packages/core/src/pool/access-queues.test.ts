import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { type Access, canServe, type Serves } from '../sql/access.js'
import type { Resource } from './resource.js'
import { AccessQueues } from './access-queues.js'
import { Waiter } from './waiter.js'

type Step =
  | { readonly do: 'add'; readonly access: Access | undefined }
  | { readonly do: 'remove'; readonly which: number }
  | { readonly do: 'serve'; readonly serves: Serves }

const accesses = fc.constantFrom<Access | undefined>(undefined, 'read', 'write')
const servings = fc.record({ read: fc.boolean(), write: fc.boolean() })
const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('add' as const), access: accesses }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), which: fc.nat(20) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('serve' as const), serves: servings }) },
  ),
  { maxLength: 80 },
)

function waiter(access?: Access): Waiter<Resource> {
  return new Waiter<Resource>(access, 0, () => undefined)
}

describe('the queue of those who wait', () => {
  it('is one list in the order of arrival, whatever each of them waits for', () => {
    fc.assert(
      fc.property(steps, (plan: readonly Step[]) => {
        const queue = new AccessQueues<Resource>()
        const list: Waiter<Resource>[] = []
        const served: [Waiter<Resource> | undefined, Waiter<Resource> | undefined][] = []
        const leave = (gone: Waiter<Resource> | undefined): void => {
          if (gone === undefined) return
          queue.remove(gone)
          list.splice(list.indexOf(gone), 1)
          expect(gone.waiting).toBe(false)
        }
        for (const step of plan) {
          if (step.do === 'add') {
            const next = waiter(step.access)
            queue.add(next)
            list.push(next)
          } else if (step.do === 'remove') leave(list[step.which % Math.max(1, list.length)])
          else {
            const expected = list.find(({ access }) => canServe(step.serves, access))
            served.push([queue.first(step.serves), expected])
            leave(expected)
          }
          for (const [found, expected] of served.splice(0)) expect(found).toBe(expected)
          expect(queue.size).toBe(list.length)
          for (const access of [undefined, 'read', 'write'] as const) {
            const line = list.filter((other) => other.access === access)
            expect(queue.count(access)).toBe(line.length)
            expect(queue.firstOf(access)).toBe(line[0])
          }
          expect(new Set(queue.snapshot())).toEqual(new Set(list))
        }
      }),
    )
  })

  it('lets somebody leave once', () => {
    const queue = new AccessQueues<Resource>()
    const [ann, bob] = [waiter(), waiter()]
    queue.add(ann)
    queue.add(bob)
    queue.remove(ann)
    queue.remove(ann)
    expect(queue.size).toBe(1)
    expect(queue.first({ read: true, write: true })).toBe(bob)
  })
})
