import { createPool, HostpoolError, type PoolOptions } from '@mysql-hostpool/core'
import { describe, expect, it } from 'vitest'

import { Late } from '../../deadline.js'
import { isLocal } from '../addresses.js'
import { whyUnanswered } from './ask-host.js'
import { readClock } from './clock.js'
import { failureOf } from './failure.js'
import { probingPool } from './host-line.js'
import { configuredHosts, memberHost } from './host-plans.js'
import { gatherServer, valuesOf } from './server-facts.js'

const error = (message: string, more: object): Error => Object.assign(new Error(message), more)

describe('why a host could not be asked', () => {
  it.each<[string, unknown, string]>([
    [
      'nothing listens',
      error('connect ECONNREFUSED', { code: 'ECONNREFUSED', errno: -111, fatal: true }),
      'unreachable',
    ],
    ['no such name', error('getaddrinfo ENOTFOUND', { code: 'ENOTFOUND' }), 'unreachable'],
    ['a silent connect', error('connect ETIMEDOUT', { code: 'ETIMEDOUT', fatal: true }), 'silent'],
    ['a silent statement', error('timeout', { code: 'PROTOCOL_SEQUENCE_TIMEOUT' }), 'silent'],
    ['time is up', new Late(100), 'silent'],
    ['a wrong password', error('Access denied', { code: 'ER_ACCESS_DENIED_ERROR', errno: 1045 }), 'login'],
    ['a certificate', error('self-signed', { code: 'SELF_SIGNED_CERT_IN_CHAIN', fatal: true }), 'tls'],
    ['TLS is demanded', error('insecure transport', { errno: 3159 }), 'tls'],
    ['no room', error('Too many connections', { errno: 1040 }), 'full'],
    ['a variable that the server does not have', error('Unknown system variable', { errno: 1193 }), 'session'],
    ['a broken handshake', error('odd', { fatal: true }), 'other'],
    ['no error at all', 'odd', 'other'],
  ])('%s', (_, thrown, stage) => {
    expect(failureOf(thrown).stage).toBe(stage)
  })

  it('is what the server said, below what the pool says', () => {
    const cause = error('Access denied', { errno: 1045, code: 'ER_ACCESS_DENIED_ERROR' })
    const wrapped = new HostpoolError('ERR_HOSTPOOL_NO_HOST', 'No host can be used', { cause })
    expect(failureOf(wrapped)).toEqual({
      stage: 'login',
      message: 'Access denied',
      code: 'ER_ACCESS_DENIED_ERROR',
      errno: 1045,
    })
  })
})

describe('a session that was let in, and has no answer to any question', () => {
  it('is one whose password has expired, where the server says so', async () => {
    const expired = error('You must SET PASSWORD', { errno: 1820, code: 'ER_MUST_CHANGE_PASSWORD' })
    expect(await whyUnanswered(() => Promise.reject(expired))).toMatchObject({ stage: 'login', errno: 1820 })
  })

  it.each<[string, () => Promise<never>]>([
    ['is late', () => Promise.reject(new Late(100))],
    ['is lost', () => Promise.reject(error('Connection lost', { code: 'PROTOCOL_CONNECTION_LOST', fatal: true }))],
  ])('is silent where it %s', async (_, ask) => {
    expect(await whyUnanswered(ask)).toMatchObject({ stage: 'silent' })
  })
})

describe('a clock', () => {
  it('is read in the middle of the way to the server and back', () => {
    const at = Date.UTC(2026, 10, 30, 12, 0, 0)
    expect(readClock('2026-11-30 12:00:01.250000', at - 10, at + 30)).toEqual({ ahead: 1_240, uncertainty: 20 })
    expect(readClock('2026-11-30 12:00:00', at, at)).toEqual({ ahead: 0, uncertainty: 0 })
    expect(() => readClock('noon', at, at)).toThrow('noon')
  })
})

describe('the hosts of a configuration', () => {
  const plans = async (options: PoolOptions) => {
    const pool = createPool(options)
    await pool.end()
    return { config: pool.config, plans: await configuredHosts(pool.config, 1_000) }
  }

  it('are reached as the pool reaches them', async () => {
    const { plans: found } = await plans({
      host: [{ host: 'db1', port: 3307, servername: 'x' }, 'fd00::3', '127.0.0.1'],
    })
    expect(found.map(({ name, local }) => [name, local])).toEqual([
      ['db1:3307', false],
      ['[fd00::3]:3306', false],
      ['127.0.0.1:3306', true],
    ])
    expect(found[0]?.address).toEqual({ host: 'db1', port: 3307, servername: 'x' })
  })

  it('are one by a socket', async () => {
    const { plans: found } = await plans({ socketPath: '/run/mysqld.sock' })
    expect(found).toMatchObject([{ address: undefined, local: true }])
  })

  it('are one by a socket, and members of its cluster have addresses', async () => {
    const options = { socketPath: '/run/mysqld.sock', user: 'app' }
    const own = probingPool(options, undefined, 'off', 100)
    const members = probingPool(options, ['db2:3306'], 'on', 100)
    expect([own.config.connection.socketPath, members.config.hosts[0]?.name]).toEqual([options.socketPath, 'db2:3306'])
    await Promise.all([own.end(), members.end()])
  })

  it('are the addresses behind a name with discovery by DNS; certificates are checked against the name', async () => {
    const { plans: found } = await plans({ host: 'localhost', discovery: 'dns' })
    expect(found).toMatchObject([
      { name: '127.0.0.1:3306', address: { host: '127.0.0.1', port: 3306, servername: 'localhost' } },
    ])
  })

  it('and members go where the map says', async () => {
    const map = ({ host }: { host: string }) => (host === 'in1' ? 'out1:3307' : undefined)
    const { config } = await plans({ host: 'db1', discovery: { map } })
    expect(memberHost({ host: 'in1', port: 3306 }, config)).toMatchObject({
      name: 'out1:3307',
      address: 'out1:3307',
      origin: 'member',
    })
    expect(memberHost({ host: 'in2', port: 3306 }, config)).toBeUndefined()
  })

  it.each([
    ['localhost', true],
    ['127.3.2.1', true],
    ['::1', true],
    ['10.0.0.1', false],
    ['localhost.example.com', false],
  ])('%s is on this machine: %s', (host, local) => {
    expect(isLocal(host)).toBe(local)
  })
})

describe('what a server tells', () => {
  it('is gathered though some questions have no answer', async () => {
    const facts = await gatherServer(
      {
        serverVersion: '10.11.18-MariaDB',
        ask: (sql) =>
          sql.includes('SESSION VARIABLES')
            ? Promise.resolve({ columns: [], rows: [['Wait_Timeout', '60']] })
            : Promise.reject(new Error('no')),
      },
      'auto',
    )
    expect(facts.session).toEqual(new Map([['wait_timeout', '60']]))
    expect(facts).toMatchObject({ account: '', description: undefined, clock: undefined })
    expect(facts.unanswered).toHaveLength(6)
  })

  it('has NULL as nothing, and no secrets of servers', () => {
    const rows = [
      ['A', null],
      ['report_password', 'hunter22'],
      ['wsrep_sst_auth', 'sst:hunter22'],
    ]
    expect(valuesOf({ columns: [], rows })).toEqual(new Map([['a', '']]))
  })
})
