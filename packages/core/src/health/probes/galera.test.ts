import { describe, expect, it } from 'vitest'

import { galeraProbe } from './galera.js'

const sound = {
  wsrep_local_state: '4',
  wsrep_cluster_status: 'Primary',
  wsrep_ready: 'ON',
  read_only: '0',
  wsrep_reject_queries: 'NONE',
  wsrep_sst_donor_rejects_queries: '0',
}

function judge(differing: Partial<typeof sound>): ReturnType<typeof galeraProbe.judge> {
  const rows = Object.entries({ ...sound, ...differing })
  return galeraProbe.judge([{ columns: ['name', 'value'], rows }], { maxReplicaLag: 0 })
}

describe('a Galera node', () => {
  it('takes reads and writes when it is synced', () => {
    expect(judge({})).toEqual({ usable: true, writable: true, lastResort: false, reason: '' })
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
    expect(judge(differing)).toEqual({ usable: false, reason: expect.stringContaining(reason) as string })
  })

  it('is a last resort as a donor', () => {
    expect(judge({ wsrep_local_state: '2' })).toMatchObject({ usable: true, writable: true, lastResort: true })
  })

  it('takes reads only while it is read-only', () => {
    expect(judge({ read_only: '1' })).toMatchObject({ usable: true, writable: false, reason: 'read_only is on' })
  })

  it('may refuse state transfers to donors without being one', () => {
    expect(judge({ wsrep_sst_donor_rejects_queries: '1' })).toMatchObject({ usable: true, lastResort: false })
  })

  it('is not used when nothing is known of it', () => {
    expect(galeraProbe.judge([], { maxReplicaLag: 0 })).toMatchObject({ usable: false })
  })
})
