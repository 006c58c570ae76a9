import { describe, expect, it } from 'vitest'

import { SessionWorld } from '../testing/session-world.js'

/** What mysql2 gives for a statement that ran into its time limit. */
function timeout(): Error {
  return Object.assign(new Error('Query inactivity timeout'), { code: 'PROTOCOL_SEQUENCE_TIMEOUT' })
}

describe('a statement behind one that ran into its timeout', () => {
  it('runs on another connection where nothing of the session would be missed', async () => {
    const world = new SessionWorld()
    const lease = await world.lease()
    world.hold('SELECT 1')
    const first = world.outcome(lease.query('SELECT 1'))
    const second = world.outcome(lease.query('SELECT 2'))
    await world.rest()
    world.connection('a1').destroy(timeout())
    await world.rest()
    expect(first).toMatchObject({ failure: 'PROTOCOL_SEQUENCE_TIMEOUT' })
    expect(second).toMatchObject({ settled: true, failure: undefined })
  })

  it('is told that it was not sent, and why, where the session had something that it may need', async () => {
    const world = new SessionWorld()
    const lease = await world.lease()
    await world.over(lease.query('SET @a = 1'))
    world.hold('SELECT 1')
    world.outcome(lease.query('SELECT 1'))
    const second = world.outcome(lease.query('SELECT @a'))
    await world.rest()
    world.connection('a1').destroy(timeout())
    await world.rest()
    expect(second.failure).toBe('ERR_HOSTPOOL_HOST_LOST')
    expect(String(second.error)).toMatch(
      /The statement was not sent: .*state of the session .*Query inactivity timeout/,
    )
    expect(second.error).toMatchObject({ cause: { code: 'PROTOCOL_SEQUENCE_TIMEOUT' } })
    expect(world.sent.filter((one) => one.includes('SELECT @a'))).toEqual([])
  })

  it('is told of an earlier error only where that has ended the connection', async () => {
    const world = new SessionWorld()
    const lease = await world.lease()
    await world.over(lease.query('SET @a = 1'))
    world.once('INSERT', Object.assign(new Error('duplicate'), { errno: 1062 }))
    await world.over(lease.query('INSERT'))
    world.connection('a1').lose()
    const { error } = await world.over(lease.query('SELECT @a'))
    expect(String(error)).toMatch(/The statement was not sent/)
    expect(String(error)).not.toMatch(/duplicate/)
  })
})
