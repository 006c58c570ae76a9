import { describe, expect, it } from 'vitest'

import type { ServerFacts } from '../server-facts.js'
import type { Limits, ProbeResult } from '../probe-result.js'
import { galeraProbe } from './galera.js'
import { NO_LIMITS } from '../../simulation/no-limits.js'

const sound = {
  wsrep_local_state: '4',
  wsrep_cluster_status: 'Primary',
  wsrep_ready: 'ON',
  wsrep_local_recv_queue: '0',
  wsrep_desync: '0',
  read_only: '0',
  wsrep_reject_queries: 'NONE',
  wsrep_sst_donor_rejects_queries: '0',
}

interface Circumstances {
  readonly limits?: Partial<Limits>
  readonly spared?: boolean
}

function evaluate(differing: Partial<typeof sound>, { limits, spared = false }: Circumstances = {}): ProbeResult {
  const rows = Object.entries({ ...sound, ...differing })
  return galeraProbe.evaluate([{ columns: ['name', 'value'], rows }], { ...NO_LIMITS, ...limits }, spared)
}

function of(version: string): ServerFacts {
  return { version, variables: new Map() }
}

describe('a Galera node', () => {
  it('takes reads and writes when it is synced', () => {
    expect(evaluate({})).toEqual({ usable: true, writable: true, lastResort: false, reason: '' })
  })

  it.each([
    [
      { wsrep_cluster_status: 'non-Primary', wsrep_local_state: '0', wsrep_ready: 'OFF' },
      'not in the primary component',
    ],
    [{ wsrep_cluster_status: 'Disconnected' }, 'not in the primary component'],
    [{ wsrep_ready: 'OFF' }, 'not ready'],
    [{ wsrep_local_state: '1' }, 'Joining'],
    [{ wsrep_local_state: '3' }, 'Joined'],
    [{ wsrep_local_state: '5' }, 'state 5'],
    [{ wsrep_reject_queries: 'ALL' }, 'wsrep_reject_queries is ALL'],
    [{ wsrep_reject_queries: 'ALL_KILL' }, 'wsrep_reject_queries is ALL_KILL'],
    [{ wsrep_local_state: '2', wsrep_sst_donor_rejects_queries: '1' }, 'donor and rejects queries'],
  ])('is not used with %o', (differing, reason) => {
    expect(evaluate(differing)).toEqual({ usable: false, reason: expect.stringContaining(reason) as string })
  })

  it.each([
    ['a donor', '0', 'it is a donor (Donor/Desynced)'],
    ['desynced', '1', 'it is desynced (wsrep_desync is on)'],
  ])('is a last resort as %s, and says which it is', (_, wsrep_desync, reason) => {
    const result = { usable: true, writable: true, lastResort: true, reason }
    expect(evaluate({ wsrep_local_state: '2', wsrep_desync })).toEqual(result)
    expect(evaluate({ wsrep_local_state: '2', wsrep_desync }, { limits: { useDonors: true } })).toEqual({
      ...result,
      lastResort: false,
    })
  })

  it.each<[queue: string, maxReceiveQueue: number, spared: boolean, lastResort: boolean]>([
    ['100', 100, false, false],
    ['101', 100, false, true],
    ['101', 0, false, false],
    ['60', 100, true, true],
    ['50', 100, true, false],
    ['60', 0, true, false],
  ])('with a receive queue of %s and a limit of %i, spared before: %s, is a last resort: %s', (...row) => {
    const [wsrep_local_recv_queue, maxReceiveQueue, spared, lastResort] = row
    const result = evaluate({ wsrep_local_recv_queue }, { limits: { maxReceiveQueue }, spared })
    const reason = lastResort ? 'its receive queue is long (the limit is 100 write sets)' : ''
    expect(result).toEqual({ usable: true, writable: true, lastResort, reason })
  })

  it('takes reads only while it is read-only', () => {
    expect(evaluate({ read_only: '1' })).toMatchObject({ usable: true, writable: false, reason: 'read_only is on' })
  })

  it('may refuse state transfers to donors without being one', () => {
    expect(evaluate({ wsrep_sst_donor_rejects_queries: '1' })).toMatchObject({ usable: true, lastResort: false })
  })

  it('is not used when nothing is known of it', () => {
    expect(galeraProbe.evaluate([], NO_LIMITS, false)).toMatchObject({ usable: false })
  })
})

/** What Percona documents of its nodes: the names as MySQL has them in both tables, switches as ON and OFF. */
const percona = {
  wsrep_local_state: '4',
  wsrep_cluster_status: 'Primary',
  wsrep_ready: 'ON',
  wsrep_local_recv_queue: '0',
  read_only: 'OFF',
  wsrep_desync: 'OFF',
  wsrep_reject_queries: 'NONE',
  wsrep_sst_donor_rejects_queries: 'OFF',
  pxc_maint_mode: 'DISABLED',
}

describe('a node of Percona XtraDB Cluster', () => {
  it.each<[string, Partial<typeof percona>, Partial<ProbeResult>]>([
    ['synced', {}, { usable: true, writable: true, lastResort: false, reason: '' }],
    [
      'in maintenance',
      { pxc_maint_mode: 'MAINTENANCE' },
      { lastResort: true, reason: 'pxc_maint_mode is MAINTENANCE' },
    ],
    ['about to shut down', { pxc_maint_mode: 'SHUTDOWN' }, { lastResort: true, reason: 'pxc_maint_mode is SHUTDOWN' }],
    ['read-only', { read_only: 'ON' }, { writable: false, reason: 'read_only is on' }],
    ['a donor', { wsrep_local_state: '2' }, { lastResort: true, reason: 'it is a donor (Donor/Desynced)' }],
    [
      'desynced in maintenance',
      { wsrep_local_state: '2', wsrep_desync: 'ON', pxc_maint_mode: 'MAINTENANCE' },
      { lastResort: true, reason: 'it is desynced (wsrep_desync is on), pxc_maint_mode is MAINTENANCE' },
    ],
    [
      'a donor that rejects queries',
      { wsrep_local_state: '2', wsrep_sst_donor_rejects_queries: 'ON' },
      { usable: false },
    ],
    ['cut off', { wsrep_cluster_status: 'non-Primary', wsrep_ready: 'OFF' }, { usable: false }],
    ['rejecting queries', { wsrep_reject_queries: 'ALL' }, { usable: false }],
  ])('is judged by its own tables: %s', (_, differing, result) => {
    const rows = Object.entries({ ...percona, ...differing })
    expect(galeraProbe.evaluate([{ columns: ['name', 'value'], rows }], NO_LIMITS, false)).toMatchObject(result)
  })

  it('is asked in the tables that MySQL has, where a variable that is missing is no error', () => {
    const [sql = ''] = galeraProbe.queries(of('8.0.42-33.1'))
    expect(sql).toContain('performance_schema.global_status')
    expect(sql).toContain('performance_schema.global_variables')
    expect(sql).not.toMatch(/@@|information_schema/)
    expect(galeraProbe.queries(of('10.11.19-MariaDB'))).toEqual([
      expect.stringContaining('information_schema.GLOBAL_STATUS'),
    ])
  })
})
