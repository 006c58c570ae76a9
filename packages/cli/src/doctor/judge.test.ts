import { expect, it } from 'vitest'

import { factsWith, galeraFacts, lostHost } from '../testing/facts.js'
import type { Check } from './check.js'
import type { Finding, Level } from './finding.js'
import { judge } from './judge.js'

const finding = (level: Level, problem: string, ...hosts: readonly string[]): Finding => ({
  level,
  hosts,
  problem,
  reason: 'r',
  remedy: 'm',
})

const check = (name: string, weight: number, ...findings: readonly Finding[]): Check => ({
  name,
  weight,
  run: () => findings,
})

it('findings come by their level, then by the weight of their check', () => {
  const checks = [
    check('light', 1, finding('error', 'a'), finding('note', 'b')),
    check('heavy', 2, finding('warning', 'c'), finding('error', 'd')),
  ]
  const { findings, fitness } = judge(galeraFacts(), new Set(), checks)
  expect(findings.map(({ problem }) => problem)).toEqual(['d', 'a', 'c', 'b'])
  expect(fitness).toBe('unfit')
})

it('the same of several hosts is said once', () => {
  const checks = [
    check('one', 1, finding('error', 'a', 'db1'), finding('error', 'b', 'db1'), finding('error', 'a', 'db2')),
  ]
  expect(judge(galeraFacts(), new Set(), checks).findings.map(({ problem, hosts }) => [problem, hosts])).toEqual([
    ['a', ['db1', 'db2']],
    ['b', ['db1']],
  ])
})

it.each<[readonly Level[], string]>([
  [[], 'fit'],
  [['note'], 'fit'],
  [['note', 'warning'], 'warnings'],
  [['warning', 'error'], 'unfit'],
])('%j is %s', (levels, fitness) => {
  const checks = [check('one', 1, ...levels.map((level) => finding(level, level)))]
  expect(judge(galeraFacts(), new Set(), checks).fitness).toBe(fitness)
})

it('a check that is left out does not count', () => {
  const checks = [check('one', 2, finding('error', 'a')), check('other', 1)]
  expect(judge(galeraFacts(), new Set(['one']), checks)).toEqual({ fitness: 'fit', findings: [], checks: ['other'] })
})

it('a pool whose hosts could not be looked at is not fit', () => {
  expect(judge(factsWith([lostHost('db1:3306', {})]), new Set(), []).fitness).toBe('unfit')
})
