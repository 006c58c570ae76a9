import { describe, expect, it } from 'vitest'

import { factsWith, galeraFacts, galeraHost, groupHost, lostHost, replicationHost } from '../../testing/facts.js'
import type { HostFacts, HostVerdict } from '../facts.js'
import type { Finding } from '../finding.js'
import { members } from './members.js'
import { nodeState } from './node-state.js'
import { oneCluster } from './one-cluster.js'
import { replicationFormat } from './replication-format.js'
import { sameServer } from './same-server.js'
import { splitBrain } from './split-brain.js'
import { writers } from './writers.js'

const levels = (found: readonly Finding[]): readonly string[] => found.map(({ level }) => level)

describe('hosts of one cluster', () => {
  const other = { description: { cluster: 'the Galera cluster of another' } }
  const alone = (index: number) => replicationHost(1, { name: `db${index}:3306` })
  const part = (...hosts: readonly string[]) => ({
    description: { members: hosts.map((host) => ({ host, port: 3306 })) },
  })

  it.each<[string, readonly HostFacts[], string]>([
    ['two Galera clusters', [galeraHost(1), galeraHost(2, other)], 'of 2 clusters'],
    ['a cluster and a group', [galeraHost(1), groupHost(2)], 'of 2 clusters'],
    ['a server of no cluster', [galeraHost(1), galeraHost(2), alone(3)], 'of no cluster'],
    [
      'a node that writes to itself alone',
      [
        galeraHost(1),
        replicationHost(1, { name: 'db2:3306', variables: { wsrep_provider: '/g.so', wsrep_on: 'OFF' } }),
      ],
      'wsrep_on is off',
    ],
    [
      'two halves of one that both go on',
      [galeraHost(1, part('db1')), galeraHost(2, part('db2', 'db3'))],
      'fallen apart',
    ],
    ['two servers that follow none', [alone(1), alone(2)], '2 hosts replicate from no other'],
  ])('are not %s', (_, hosts, problem) => {
    const [finding, ...more] = oneCluster.run(factsWith(hosts))
    expect(more).toEqual([])
    expect(finding).toMatchObject({ level: 'error', problem: expect.stringContaining(problem) as string })
  })

  it.each<[string, readonly HostFacts[]]>([
    ['three nodes', [1, 2, 3].map((index) => galeraHost(index))],
    [
      'nodes that see different members while one joins',
      [galeraHost(1, part('db1', 'db2')), galeraHost(2, part('db1', 'db2', 'db3'))],
    ],
    ['a cluster and a replica of it', [galeraHost(1), replicationHost(2)]],
    ['a source and replicas', [replicationHost(1), replicationHost(2)]],
    [
      'two that follow each other',
      [2, 3].map((index) => replicationHost(index, { variables: { read_only: 'OFF' }, verdict: UP })),
    ],
    [
      'a node outside of its primary component',
      [galeraHost(1), galeraHost(2, { description: { cluster: undefined, members: [] } })],
    ],
  ])('may be %s', (_, hosts) => {
    expect(oneCluster.run(factsWith(hosts))).toEqual([])
  })

  it('of which one may not be asked what it follows are in doubt', () => {
    const unseen = replicationHost(1, { description: { missingPrivilege: 'REPLICA MONITOR ON *.*' } })
    expect(levels(oneCluster.run(factsWith([galeraHost(2), unseen])))).toEqual(['warning'])
    expect(oneCluster.run(factsWith([unseen, alone(2)]))).toEqual([])
  })

  it('that are replicas alone miss their source', () => {
    const [finding] = oneCluster.run(factsWith([replicationHost(2), replicationHost(3)]))
    expect(finding).toMatchObject({ level: 'warning', remedy: 'Add db1:3306 to the hosts of the URL.' })
  })

  it('are not told from one that was promoted: its replication is stopped, and it takes writes', () => {
    const promoted = replicationHost(2, {
      variables: { read_only: 'OFF' },
      verdict: UP,
      description: { sources: [{ address: 'db1:3306', stopped: true }] },
    })
    expect(oneCluster.run(factsWith([promoted, replicationHost(3)]))).toEqual([])
    expect(levels(oneCluster.run(factsWith([promoted, replicationHost(1)])))).toEqual(['error'])
  })
})

const UP: HostVerdict = { state: 'up', reason: '', writable: true }

describe('the state of a node', () => {
  const judged = (verdict: HostVerdict) => nodeState.run(galeraFacts({ verdict }))

  it.each<[string, string]>([
    ['it is not in the primary component', 'wsrep_cluster'],
    ['it is not ready (Joining)', 'wsrep_local_state_comment'],
    ['wsrep_reject_queries is ALL', 'wsrep_reject_queries = NONE'],
    ['wsrep_on is off: what is written there stays there', 'wsrep_on = ON'],
    ['its state in the group is OFFLINE', 'START GROUP_REPLICATION;'],
    ['it reaches no majority of its group (1 of 3 members)', 'replication_group_members'],
    ['offline_mode is on', 'offline_mode = OFF'],
    ['its probe was not answered', 'SHOW PROCESSLIST'],
    ['something new', 'SHOW GLOBAL STATUS'],
  ])('is an error where no pool uses it: %s', (reason, remedy) => {
    const [finding] = judged({ state: 'down', reason, writable: false })
    expect(finding).toMatchObject({
      level: 'error',
      hosts: ['db1:3306'],
      remedy: expect.stringContaining(remedy) as string,
    })
    expect(finding?.problem).toBe(`The pool does not use this host: ${reason}.`)
  })

  it.each<[string, string, string]>([
    ['it is desynced (wsrep_desync is on)', 'spares', 'wsrep_desync = OFF'],
    ['it is a donor (Donor/Desynced)', 'spares', 'state transfer'],
    ['its receive queue is long (the limit is 1000 write sets)', 'spares', 'wsrep_slave_threads'],
    ['pxc_maint_mode is MAINTENANCE', 'spares', 'pxc_maint_mode = DISABLED'],
    ['its replica SQL thread is not running', 'spares', 'START REPLICA'],
    ['it is 40 s behind its primary', 'spares', 'parallel'],
    ['it replicates from db2:3306, which does not replicate from it', 'sends no writes', 'read_only = ON'],
    ['read_only is on', 'sends no writes', 'read_only = OFF'],
  ])('is a warning where the pool makes do with it: %s', (reason, does, remedy) => {
    const [finding] = judged({ state: 'up', reason, writable: false })
    expect(finding).toMatchObject({ level: 'warning', remedy: expect.stringContaining(remedy) as string })
    expect(finding?.problem).toContain(`The pool ${does}`)
  })

  it('is as it should be of a secondary and a read-only replica', () => {
    expect(nodeState.run(factsWith([groupHost(1), groupHost(2), replicationHost(2)]))).toEqual([])
  })
})

describe('writers', () => {
  it('are missed where every host that is up refuses writes', () => {
    const readOnly = { verdict: { state: 'up', reason: 'read_only is on', writable: false } } as const
    expect(levels(writers.run(factsWith([galeraHost(1, readOnly), galeraHost(2, readOnly)])))).toEqual(['error'])
    expect(writers.run(factsWith([galeraHost(1, readOnly), galeraHost(2)]))).toEqual([])
  })

  it('are not missed where no host is up: that is said already', () => {
    expect(
      writers.run(factsWith([galeraHost(1, { verdict: { state: 'down', reason: 'x', writable: false } })])),
    ).toEqual([])
  })
})

describe('a cluster that may fall apart', () => {
  const option = (text: string) => ({ variables: { wsrep_provider_options: `evs.suspect_timeout = PT5S; ${text}; ` } })

  it.each(['pc.ignore_sb', 'pc.ignore_quorum'])('is one with %s', (name) => {
    const [finding] = splitBrain.run(galeraFacts(option(`${name} = true`)))
    expect(finding).toMatchObject({ level: 'error', hosts: ['db1:3306'] })
    expect(finding?.remedy).toContain(`${name}=false`)
    expect(splitBrain.run(galeraFacts(option(`${name} = false`)))).toEqual([])
  })

  it.each<[hosts: number, size: string, level: string | undefined]>([
    [1, '1', 'warning'],
    [2, '2', 'warning'],
    // The third vote is an arbitrator's.
    [2, '3', undefined],
    [3, '3', undefined],
    [4, '4', 'note'],
    [5, '5', undefined],
    // A node is missing, and that is what is wrong.
    [3, '2', undefined],
  ])('of %i hosts and %s votes is told by a %s', (hosts, size, level) => {
    const nodes = Array.from({ length: hosts }, (_, index) =>
      galeraHost(index + 1, { status: { wsrep_cluster_size: size } }),
    )
    expect(levels(splitBrain.run(factsWith(nodes)))).toEqual(level === undefined ? [] : [level])
  })
})

describe('an even number of votes', () => {
  it('is mended by an arbitrator on Galera, and by a member in a group', () => {
    const two = { members: ['db1', 'db2'].map((host) => ({ host, port: 3306 })) }
    const galera = [1, 2].map((index) => galeraHost(index, { status: { wsrep_cluster_size: '2' } }))
    const group = [1, 2].map((index) => groupHost(index, { description: two }))
    expect(splitBrain.run(factsWith(galera))[0]?.remedy).toContain('garbd')
    expect(splitBrain.run(factsWith(group))[0]?.remedy).toBe('Add a member.')
  })
})

describe('members of the cluster', () => {
  const member = { origin: 'member' } as const

  it('that cannot be reached are an error where discovery adds them, and else a warning', () => {
    const hosts = [galeraHost(1), lostHost('10.0.0.3:3306', { message: 'no route' }, member)]
    expect(members.run(factsWith(hosts, { discovery: 'cluster' }))).toMatchObject([
      {
        level: 'error',
        hosts: ['10.0.0.3:3306'],
        problem: expect.stringContaining('10.0.0.3:3306 (no route)') as string,
      },
    ])
    expect(levels(members.run(factsWith(hosts)))).toEqual(['warning'])
  })

  it('that answer, and refuse the login, need the account, and no other address', () => {
    const refusing = lostHost('db2:3306', { stage: 'login', errno: 1045 }, member)
    const [finding, ...more] = members.run(factsWith([galeraHost(1), refusing]))
    expect(more).toEqual([])
    expect(finding?.remedy).toContain("CREATE USER 'app'@'%'")
    expect(finding?.remedy).not.toContain('wsrep_node_incoming_address')
  })

  it('that the pool is not told of are a note without discovery, and nothing with it', () => {
    const hosts = [galeraHost(1), galeraHost(2, member)]
    expect(levels(members.run(factsWith(hosts)))).toEqual(['note'])
    expect(members.run(factsWith(hosts, { discovery: 'cluster' }))).toEqual([])
  })

  it('by an address that is this machine’s own are as good as without one', () => {
    const listed = { local: false, description: { members: [{ host: '127.0.0.1', port: 3306 }] } }
    const hosts = [galeraHost(1, listed)]
    expect(members.run(factsWith(hosts, { discovery: 'cluster' }))).toMatchObject([
      { level: 'error', problem: expect.stringContaining('127.0.0.1:3306') as string },
    ])
    expect(members.run(factsWith(hosts, { discovery: 'cluster', mapsMembers: true }))).toEqual([])
    expect(members.run(factsWith([galeraHost(1, { ...listed, local: true })]))).toEqual([])
  })

  it('without an address are an error where discovery is to find them', () => {
    const hosts = [galeraHost(1, { description: { unreadableMembers: ['AUTO'] } })]
    expect(levels(members.run(factsWith(hosts, { discovery: 'cluster' })))).toEqual(['error'])
    expect(levels(members.run(factsWith(hosts)))).toEqual(['note'])
  })
})

describe('two hosts that are one server', () => {
  it('are a warning', () => {
    expect(sameServer.run(factsWith([galeraHost(1), galeraHost(1, { name: 'alias:3306' })]))).toMatchObject([
      { level: 'warning', hosts: ['db1:3306', 'alias:3306'] },
    ])
  })

  it('are told from two servers of one machine', () => {
    expect(
      sameServer.run(factsWith([galeraHost(1), galeraHost(2, { variables: { hostname: 'db1', port: '3307' } })])),
    ).toEqual([])
  })
})

describe('the form in which changes travel', () => {
  it('is an error where it is not by rows', () => {
    expect(levels(replicationFormat.run(galeraFacts({ variables: { binlog_format: 'STATEMENT' } })))).toEqual(['error'])
    expect(replicationFormat.run(factsWith([replicationHost(1, { variables: { binlog_format: 'MIXED' } })]))).toEqual(
      [],
    )
  })

  it('deadlocks on generated keys with another lock mode', () => {
    expect(levels(replicationFormat.run(galeraFacts({ variables: { innodb_autoinc_lock_mode: '1' } })))).toEqual([
      'warning',
    ])
  })
})
