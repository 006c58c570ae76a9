import { describe, expect, it } from 'vitest'

import { type HostCondition, type HostSignal, initialCondition, stateOf, transition } from './host-condition.js'

const error = new Error('what led here')
const up: HostCondition = { ...initialCondition, contacted: true }
const unknown = initialCondition
const suspect: HostCondition = { ...up, health: 'suspect', reason: 'something broke', error }
const down: HostCondition = { ...up, health: 'down', reason: 'refused', error }
const hung: HostCondition = { ...down, reason: 'no answer', hung: true }
const readOnly: HostCondition = { ...up, writable: false, reason: 'read_only is on' }
const donor: HostCondition = { ...up, lastResort: true, reason: 'a donor' }
const draining: HostCondition = { ...up, draining: true }
const downAndDraining: HostCondition = { ...down, draining: true }
const unfit: HostCondition = { ...down, reason: 'outside its cluster', unfit: 'outside its cluster' }
const unproven: HostCondition = { ...suspect, reason: 'not let in', loginRefused: true }

const usable: HostSignal = { kind: 'usable', writable: true, lastResort: false, reason: '' }
const doubtful: HostSignal = { kind: 'doubtful', reason: 'a connection was lost', error }
const unusable: HostSignal = { kind: 'unusable', reason: 'refused', error }
const silent: HostSignal = { kind: 'unusable', reason: 'no answer', hung: true }
const refused: HostSignal = { kind: 'loginRefused', reason: 'not let in', error, mayServe: true }

interface Row {
  readonly before: string
  readonly condition: HostCondition
  readonly signal: HostSignal
  /** What changes; undefined when it stays the very same object. */
  readonly change: Partial<HostCondition> | undefined
}

describe('the condition of a host', () => {
  it.each<Row>([
    { before: 'up', condition: up, signal: usable, change: undefined },
    { before: 'unknown', condition: unknown, signal: usable, change: { contacted: true } },
    { before: 'unknown', condition: unknown, signal: { kind: 'contacted' }, change: { contacted: true } },
    { before: 'unknown', condition: unknown, signal: refused, change: { reason: 'not let in' } },
    { before: 'up', condition: up, signal: refused, change: undefined },
    { before: 'read-only', condition: readOnly, signal: refused, change: undefined },
    { before: 'suspect', condition: suspect, signal: refused, change: { reason: 'not let in', loginRefused: true } },
    {
      before: 'down',
      condition: down,
      signal: refused,
      change: { health: 'suspect', reason: 'not let in', loginRefused: true },
    },
    {
      before: 'hung and read-only',
      condition: { ...hung, writable: false },
      signal: refused,
      change: { health: 'suspect', reason: 'not let in', hung: false, loginRefused: true },
    },
    {
      before: 'unfit',
      condition: unfit,
      signal: refused,
      change: { reason: 'outside its cluster; not let in', loginRefused: true },
    },
    {
      before: 'unfit and away',
      condition: { ...unfit, reason: 'refused' },
      signal: refused,
      change: { reason: 'outside its cluster; not let in', loginRefused: true },
    },
    {
      before: 'unknown',
      condition: unknown,
      signal: { ...refused, mayServe: false },
      change: { health: 'down', reason: 'not let in', error, loginRefused: true },
    },
    { before: 'unproven', condition: unproven, signal: refused, change: undefined },
    { before: 'unproven', condition: unproven, signal: doubtful, change: undefined },
    { before: 'unproven', condition: unproven, signal: { kind: 'contacted' }, change: undefined },
    {
      before: 'unproven',
      condition: unproven,
      signal: usable,
      change: { health: 'up', reason: '', error: undefined, loginRefused: false },
    },
    {
      before: 'unproven',
      condition: unproven,
      signal: unusable,
      change: { health: 'down', reason: 'refused', loginRefused: false },
    },
    { before: 'unfit', condition: unfit, signal: unusable, change: { reason: 'refused' } },
    {
      before: 'unfit',
      condition: unfit,
      signal: usable,
      change: { health: 'up', reason: '', error: undefined, unfit: '' },
    },
    {
      before: 'up',
      condition: up,
      signal: { ...unusable, said: true },
      change: { health: 'down', reason: 'refused', error, unfit: 'refused' },
    },
    {
      before: 'unknown',
      condition: unknown,
      signal: doubtful,
      change: { health: 'suspect', reason: 'a connection was lost', error },
    },
    { before: 'up', condition: up, signal: { kind: 'contacted' }, change: undefined },
    { before: 'down', condition: down, signal: { kind: 'contacted' }, change: undefined },
    { before: 'suspect', condition: suspect, signal: usable, change: { health: 'up', reason: '', error: undefined } },
    { before: 'down', condition: down, signal: usable, change: { health: 'up', reason: '', error: undefined } },
    {
      before: 'hung',
      condition: hung,
      signal: usable,
      change: { health: 'up', reason: '', error: undefined, hung: false },
    },
    { before: 'read-only', condition: readOnly, signal: usable, change: { writable: true, reason: '' } },
    { before: 'donor', condition: donor, signal: usable, change: { lastResort: false, reason: '' } },
    {
      before: 'up',
      condition: up,
      signal: { ...usable, writable: false, reason: 'read_only is on' },
      change: { writable: false, reason: 'read_only is on' },
    },
    { before: 'up', condition: up, signal: { ...usable, lastResort: true }, change: { lastResort: true } },
    {
      before: 'up',
      condition: up,
      signal: doubtful,
      change: { health: 'suspect', reason: 'a connection was lost', error },
    },
    { before: 'suspect', condition: suspect, signal: doubtful, change: undefined },
    { before: 'down', condition: down, signal: doubtful, change: undefined },
    { before: 'up', condition: up, signal: unusable, change: { health: 'down', reason: 'refused', error } },
    { before: 'suspect', condition: suspect, signal: unusable, change: { health: 'down', reason: 'refused', error } },
    { before: 'down', condition: down, signal: unusable, change: undefined },
    {
      before: 'down',
      condition: down,
      signal: { kind: 'unusable', reason: 'still starting' },
      change: { reason: 'still starting' },
    },
    { before: 'down', condition: down, signal: silent, change: { reason: 'no answer', hung: true } },
    { before: 'hung', condition: hung, signal: silent, change: undefined },
    { before: 'hung', condition: hung, signal: unusable, change: { reason: 'refused', hung: false } },
    {
      before: 'up',
      condition: up,
      signal: { kind: 'readOnly', reason: 'error 1290' },
      change: { writable: false, reason: 'error 1290' },
    },
    { before: 'read-only', condition: readOnly, signal: { kind: 'readOnly', reason: 'error 1290' }, change: undefined },
    { before: 'up', condition: up, signal: { kind: 'drain' }, change: { draining: true } },
    { before: 'draining', condition: draining, signal: { kind: 'drain' }, change: undefined },
    { before: 'draining', condition: draining, signal: { kind: 'undrain' }, change: { draining: false } },
    { before: 'up', condition: up, signal: { kind: 'undrain' }, change: undefined },
    { before: 'draining', condition: draining, signal: unusable, change: { health: 'down', reason: 'refused', error } },
    {
      before: 'down and draining',
      condition: downAndDraining,
      signal: { kind: 'undrain' },
      change: { draining: false },
    },
    {
      before: 'down and draining',
      condition: downAndDraining,
      signal: usable,
      change: { health: 'up', reason: '', error: undefined },
    },
  ])('$before, after $signal', ({ condition, signal, change }) => {
    const after = transition(condition, signal)
    expect(after).toEqual({ ...condition, ...change })
    // Listeners are told of another object only.
    expect(after === condition).toBe(change === undefined)
  })

  it.each([
    { condition: up, state: 'up' },
    { condition: suspect, state: 'suspect' },
    { condition: down, state: 'down' },
    { condition: draining, state: 'draining' },
    { condition: downAndDraining, state: 'draining' },
  ])('is shown as $state', ({ condition, state }) => {
    expect(stateOf(condition)).toBe(state)
  })
})
