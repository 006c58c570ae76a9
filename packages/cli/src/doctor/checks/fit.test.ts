import { describe, expect, it } from 'vitest'

import { factsWith, galeraFacts, groupHost, replicationHost } from '../../testing/facts.js'
import { judge } from '../judge.js'
import { CHECKS } from './registry.js'

describe('what is as it should be', () => {
  it('is fit, and notes tell what is to be known: Galera', () => {
    const { fitness, findings } = judge(galeraFacts())
    expect(fitness).toBe('fit')
    expect(findings.map(({ check }) => check)).toEqual(['auto-increment', 'write-stall'])
  })

  it('is fit: a MySQL group with one primary', () => {
    const { fitness, findings } = judge(factsWith([1, 2, 3].map((index) => groupHost(index))))
    expect(fitness).toBe('fit')
    expect(findings.map(({ check }) => check)).toEqual(['write-stall'])
  })

  it('is fit: a source and its replicas', () => {
    const { fitness, findings } = judge(factsWith([1, 2, 3].map((index) => replicationHost(index))))
    expect(fitness).toBe('fit')
    expect(findings.map(({ check }) => check)).toEqual(['causal-reads'])
  })

  it('is fit: one server alone', () => {
    expect(judge(factsWith([replicationHost(1)]))).toMatchObject({ fitness: 'fit', findings: [] })
  })
})

describe('the checks', () => {
  it('have names of their own, and no two the same weight', () => {
    expect(new Set(CHECKS.map(({ name }) => name)).size).toBe(CHECKS.length)
    expect(new Set(CHECKS.map(({ weight }) => weight)).size).toBe(CHECKS.length)
  })

  it('say nothing of a pool without any host that answers, but that it does not', () => {
    const nothing = factsWith([])
    expect(CHECKS.flatMap((check) => check.run({ ...nothing, schema: undefined }))).toEqual([])
  })
})
