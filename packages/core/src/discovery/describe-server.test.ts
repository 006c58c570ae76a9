import { describe, expect, it } from 'vitest'

import { type AskServer, describeServer } from './describe-server.js'

type Rows = readonly (readonly (string | number | null)[])[]

/** Answers a question by the first of these texts in it; an error is thrown. */
function server(answers: Readonly<Record<string, Rows | Error>>, asked: string[] = []): AskServer {
  return (sql) => {
    asked.push(sql)
    const [, answer = []] = Object.entries(answers).find(([text]) => sql.includes(text)) ?? []
    if (answer instanceof Error) return Promise.reject(answer)
    const names = sql.startsWith('SHOW ALL SLAVES')
      ? REPLICA_COLUMNS
      : (answer[0]?.map((_, index) => `c${index}`) ?? [])
    return Promise.resolve({ columns: names, rows: answer })
  }
}

const REPLICA_COLUMNS = ['Slave_IO_Running', 'Slave_SQL_Running', 'Master_Host', 'Master_Port', 'Master_Server_Id']

const GALERA_VARIABLES: Rows = [
  ['wsrep_on', 'ON'],
  ['wsrep_provider', '/usr/lib/galera/libgalera_smm.so'],
  ['read_only', 'OFF'],
]

const STATUS: Rows = [
  ['wsrep_cluster_state_uuid', 'u-1'],
  ['wsrep_cluster_status', 'Primary'],
  ['wsrep_cluster_size', '3'],
  ['wsrep_local_index', '1'],
  ['wsrep_local_state', '4'],
  ['wsrep_ready', 'ON'],
  ['wsrep_incoming_addresses', 'db1:3306,db2:3306,AUTO'],
  ['READ_ONLY', '0'],
]

describe('a server is described', () => {
  it('as a Galera node, with its cluster, its members and itself among them', async () => {
    const ask = server({ 'SHOW GLOBAL VARIABLES': GALERA_VARIABLES, GLOBAL_STATUS: STATUS })
    expect(await describeServer('10.11.18-MariaDB', ask)).toEqual({
      kind: 'galera',
      missingPrivilege: undefined,
      cluster: 'the Galera cluster u-1',
      sources: [],
      members: [
        { host: 'db1', port: 3306 },
        { host: 'db2', port: 3306 },
      ],
      self: { host: 'db2', port: 3306 },
      unreadableMembers: ['AUTO'],
    })
  })

  it('as a node without a cluster that counts, where it is not in the primary component', async () => {
    const status = STATUS.map(([name, value]) => [
      name ?? '',
      name === 'wsrep_cluster_status' ? 'non-Primary' : (value ?? ''),
    ])
    const ask = server({ 'SHOW GLOBAL VARIABLES': GALERA_VARIABLES, GLOBAL_STATUS: status })
    const described = await describeServer('10.11.18-MariaDB', ask)
    expect(described).toMatchObject({ kind: 'galera', cluster: undefined, members: [], self: undefined })
  })

  it('as a replica, with what it follows', async () => {
    const ask = server({
      'SHOW GLOBAL VARIABLES': [['read_only', 'ON']],
      'SHOW ALL SLAVES STATUS': [['Yes', 'Yes', 'db1', '3306', '1']],
      READ_ONLY: [['READ_ONLY', '1']],
    })
    expect(await describeServer('10.11.18-MariaDB', ask)).toMatchObject({
      kind: 'replication',
      cluster: undefined,
      sources: [{ address: 'db1:3306', id: '1', stopped: false }],
    })
  })

  it.each([
    ['10.11.18-MariaDB', 'REPLICA MONITOR ON *.*'],
    ['8.4.0', 'REPLICATION CLIENT ON *.*'],
  ])('with the privilege that is missing on %s', async (version, missingPrivilege) => {
    const denied = Object.assign(new Error('Access denied'), { errno: 1227 })
    const ask = server({ 'SHOW GLOBAL VARIABLES': [], STATUS: denied, READ_ONLY: [['READ_ONLY', '0']] })
    expect(await describeServer(version, ask)).toMatchObject({ kind: 'replication', missingPrivilege, sources: [] })
  })

  it('with the privilege of the group, which discovery needs too and does not ask without', async () => {
    const asked: string[] = []
    const denied = Object.assign(new Error('SELECT command denied'), { errno: 1142 })
    const variables: Rows = [['group_replication_group_name', 'g']]
    const ask = server({ 'SHOW GLOBAL VARIABLES': variables, replication_group_members: denied }, asked)
    expect(await describeServer('9.7.4', ask)).toMatchObject({
      kind: 'group-replication',
      missingPrivilege: 'SELECT ON performance_schema.replication_group_members',
      members: [],
    })
    expect(asked).toHaveLength(2)
  })

  it('by the privileges of the probe that the configuration names', async () => {
    const denied = Object.assign(new Error('Access denied'), { errno: 1227 })
    const answers = { 'SHOW GLOBAL VARIABLES': GALERA_VARIABLES, 'SLAVES STATUS': denied, GLOBAL_STATUS: STATUS }
    const readOnly = { ...answers, READ_ONLY: [['READ_ONLY', '0']] }
    const described = await describeServer('10.11.18-MariaDB', server(readOnly), 'replication')
    expect(described).toMatchObject({ kind: 'galera', missingPrivilege: 'REPLICA MONITOR ON *.*' })
    const plain = await describeServer('10.11.18-MariaDB', server(readOnly), 'plain')
    expect(plain).toMatchObject({ kind: 'galera', missingPrivilege: undefined })
  })

  it('not at all where it fails otherwise', async () => {
    const lost = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
    await expect(describeServer('8.4.0', server({ 'SHOW GLOBAL VARIABLES': [], READ_ONLY: lost }))).rejects.toBe(lost)
  })
})
