import { describe, expect, it } from 'vitest'

import { readBars, readWords } from './read-bars.js'
import type { Sample } from './record.js'

const read = (due: number, ended: number): Sample => ({ kind: 'read', due, ended })
const lost = (due: number, ended: number): Sample => ({ ...read(due, ended), error: 'GONE' })

describe('the bars of reads', () => {
  it('count what became of reads by when they were due, in the order of time, the good below the bad', () => {
    const reads = [lost(1600, 1601), read(1510, 1600), read(1520, 1771), read(900, 901), read(1999, 2000)]
    expect(readBars(reads, { from: 1000 })).toEqual([
      { from: -0.5, to: 0, fate: 'answered within 250 ms', rank: 0, reads: 1 },
      { from: 0.5, to: 1, fate: 'answered within 250 ms', rank: 0, reads: 2 },
      { from: 0.5, to: 1, fate: 'answered later', rank: 1, reads: 1 },
      { from: 0.5, to: 1, fate: 'failed', rank: 2, reads: 1 },
    ])
  })

  it('are none without reads', () => {
    expect(readBars([], { from: 0 })).toEqual([])
  })
})

describe('the sentence about reads', () => {
  it('counts the failed and the late, and tells the slowest answer; a failure is none', () => {
    expect(readWords([read(0, 10), read(0, 1251), lost(0, 9000)], 0)).toBe(
      '3 reads: 1 failed, 1 answered after more than 250 ms; slowest answer 1,251 ms',
    )
  })

  it('tells of requests that never ended', () => {
    expect(readWords([], 2)).toContain('2 requests without an end')
  })
})
