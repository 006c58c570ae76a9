import { expect, test } from 'vitest'
import { answeringState, describeStatus, parseWsrepStatus } from './wsrep-status.js'

const rows = (values: Record<string, string>) => Object.entries(values).map(([name, value]) => ({ name, value }))

const healthy = {
  WSREP_LOCAL_STATE: '4',
  WSREP_CLUSTER_STATUS: 'Primary',
  WSREP_READY: 'ON',
  WSREP_CLUSTER_SIZE: '3',
  WSREP_LAST_COMMITTED: '12',
  READ_ONLY: 'OFF',
  WSREP_DESYNC: 'OFF',
  WSREP_REJECT_QUERIES: 'NONE',
}

test('a status is read from the rows of the server', () => {
  expect(parseWsrepStatus(rows(healthy))).toEqual({
    localState: 4,
    clusterStatus: 'Primary',
    ready: true,
    clusterSize: 3,
    lastCommitted: 12,
    readOnly: false,
    desync: false,
    rejectQueries: 'NONE',
  })
  const broken = {
    ...healthy,
    READ_ONLY: 'ON',
    WSREP_DESYNC: 'ON',
    WSREP_REJECT_QUERIES: 'ALL_KILL',
    WSREP_READY: 'OFF',
  }
  expect(parseWsrepStatus(rows(broken))).toMatchObject({
    readOnly: true,
    desync: true,
    rejectQueries: 'ALL_KILL',
    ready: false,
  })
})

test.each([
  ['synced', {}],
  ['joining', { WSREP_READY: 'OFF' }],
  ['joining', { WSREP_LOCAL_STATE: '1' }],
  ['donor', { WSREP_LOCAL_STATE: '2' }],
  ['joining', { WSREP_LOCAL_STATE: '3' }],
  ['non-primary', { WSREP_LOCAL_STATE: '0', WSREP_CLUSTER_STATUS: 'non-Primary', WSREP_READY: 'OFF' }],
  ['non-primary', { WSREP_CLUSTER_STATUS: 'Disconnected' }],
])('a node is %s with %o', (state, values) => {
  expect(answeringState(parseWsrepStatus(rows({ ...healthy, ...values })))).toBe(state)
})

test('no rows are no healthy node', () => {
  expect(answeringState(parseWsrepStatus([]))).toBe('non-primary')
})

test('a status can be told in a line', () => {
  expect(describeStatus({ state: 'down' })).toBe('down')
  expect(describeStatus({ state: 'synced', wsrep: parseWsrepStatus(rows(healthy)) })).toBe(
    'synced (local state 4, Primary, ready ON, 3 in its view)',
  )
})
