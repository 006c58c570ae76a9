import { expect, test } from 'vitest'
import { planRounds } from './plan.js'

const ROUNDS = { partition: 20, kill: 10, freeze: 10 }

test('there are as many rounds of each fault as were asked for', () => {
  const faults = planRounds(ROUNDS, 1).map(({ fault }) => fault)
  for (const [fault, rounds] of Object.entries(ROUNDS)) {
    expect(faults.filter((each) => each === fault)).toHaveLength(rounds)
  }
})

test('the same seed plans the same rounds, and another seed others', () => {
  expect(planRounds(ROUNDS, 7)).toEqual(planRounds(ROUNDS, 7))
  expect(planRounds(ROUNDS, 7)).not.toEqual(planRounds(ROUNDS, 8))
})

test('each node is the victim, the load is on it or on all, and a frozen node sleeps for 1 to 15 s', () => {
  const plans = planRounds(ROUNDS, 3)
  expect(new Set(plans.map(({ victim }) => victim))).toEqual(new Set([0, 1, 2]))
  expect(new Set(plans.map(({ ordered }) => ordered))).toEqual(new Set([true, false]))
  for (const { lasts } of plans.filter(({ fault }) => fault === 'freeze')) {
    expect(lasts).toBeGreaterThanOrEqual(1_000)
    expect(lasts).toBeLessThanOrEqual(15_000)
  }
})
