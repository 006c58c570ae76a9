import { describe, expect, it } from 'vitest'

import { PreparedShare } from './prepared-share.js'

class Holder {
  size: number

  constructor(size: number) {
    this.size = size
  }

  keepAtMost(limit: number): void {
    this.size = Math.min(this.size, limit)
  }
}

function shareOf(most: number, sizes: readonly number[]) {
  const clock = { now: 0 }
  const share = new PreparedShare(most, () => clock.now)
  const holders = sizes.map((size) => new Holder(size))
  for (const holder of holders) share.add(holder)
  return { clock, share, holders }
}

describe('what the connections of a pool keep prepared on one server', () => {
  it('is as much as the option says, until the server has no room', () => {
    expect(shareOf(100, [10, 20]).share.limit).toBe(100)
  })

  it('is halved when the server has no room, for all of them', () => {
    const { share, holders } = shareOf(100, [10, 30])
    share.refused()
    expect(share.limit).toBe(10)
    expect(holders.map(({ size }) => size)).toEqual([10, 10])
  })

  it('goes down to nothing when there is still no room', () => {
    const { share, holders } = shareOf(100, [4, 4])
    const limits = [1, 2, 3, 4].map(() => {
      share.refused()
      return share.limit
    })
    expect(limits).toEqual([2, 1, 0, 0])
    expect(holders.map(({ size }) => size)).toEqual([0, 0])
  })

  it('never grows by a refusal', () => {
    const { share, holders } = shareOf(100, [8])
    share.refused()
    share.add(new Holder(50))
    share.refused()
    expect(share.limit).toBe(4)
    expect(holders[0]?.size).toBe(4)
  })

  it('is as much as the option says again, five minutes after the last refusal', () => {
    const { clock, share } = shareOf(100, [10])
    share.refused()
    clock.now = 200_000
    share.refused()
    clock.now = 499_999
    expect(share.limit).toBe(2)
    clock.now = 500_001
    expect(share.limit).toBe(100)
  })

  it('does not count a connection that is gone', () => {
    const { share, holders } = shareOf(100, [0, 40])
    const [, large] = holders
    if (large !== undefined) share.remove(large)
    share.refused()
    expect(share.limit).toBe(0)
    expect(large?.size).toBe(40)
  })

  it('of a pool without connections there is nothing to give back', () => {
    const { share } = shareOf(100, [])
    share.refused()
    expect(share.limit).toBe(0)
  })
})
