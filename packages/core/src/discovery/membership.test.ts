import { describe, expect, it } from 'vitest'

import { GROUP_MEMBERS_SQL, readGroupMembers } from './group-members.js'
import { galeraMembersSql, readGaleraMembers } from './galera-members.js'
import { isLoopback, type Membership, readMember } from './membership.js'

const node = {
  WSREP_CLUSTER_STATUS: 'Primary',
  WSREP_READY: 'ON',
  WSREP_CLUSTER_SIZE: '3',
  WSREP_LOCAL_INDEX: '1',
  WSREP_INCOMING_ADDRESSES: '10.0.0.1:3306,10.0.0.2:3306,10.0.0.3:3307',
}

function galera(differing: Partial<typeof node> = {}): Membership {
  return readGaleraMembers({ columns: ['name', 'value'], rows: Object.entries({ ...node, ...differing }) })
}

describe('the members of a Galera cluster', () => {
  it('are those that a node of the primary component lists, itself among them', () => {
    expect(galera()).toEqual({
      believed: true,
      members: [
        { host: '10.0.0.1', port: 3306 },
        { host: '10.0.0.2', port: 3306 },
        { host: '10.0.0.3', port: 3307 },
      ],
      self: { host: '10.0.0.2', port: 3306 },
      unreadable: [],
    })
  })

  it.each<[string, Partial<typeof node>]>([
    [
      'outside the primary component',
      { WSREP_CLUSTER_STATUS: 'non-Primary', WSREP_INCOMING_ADDRESSES: '10.0.0.2:3306' },
    ],
    ['cut off altogether', { WSREP_CLUSTER_STATUS: 'Disconnected' }],
    ['not ready', { WSREP_READY: 'OFF' }],
    ['without a list', { WSREP_INCOMING_ADDRESSES: '' }],
  ])('are not taken from a node that is %s', (_, differing) => {
    expect(galera(differing)).toMatchObject({ believed: false })
  })

  it('do not include an arbitrator, which votes and has no address', () => {
    const membership = galera({
      WSREP_INCOMING_ADDRESSES: ',10.0.0.1:3306,10.0.0.2:3306',
      WSREP_LOCAL_INDEX: '2',
    })
    expect(membership).toMatchObject({
      members: [{ host: '10.0.0.1' }, { host: '10.0.0.2' }],
      self: { host: '10.0.0.2' },
      unreadable: [],
    })
  })

  it('leave open which one answered where arbitrators are left out of the list', () => {
    const membership = galera({ WSREP_INCOMING_ADDRESSES: '10.0.0.1:3306,10.0.0.2:3306' })
    expect(membership).toMatchObject({ believed: true, self: undefined })
  })

  it.each(['AUTO', 'unspecified', '0.0.0.0:3306', '10.0.0.3:0', 'a b:3306'])('have a gap where one is %s', (entry) => {
    expect(galera({ WSREP_INCOMING_ADDRESSES: `10.0.0.1:3306,10.0.0.2:3306,${entry}` })).toMatchObject({
      members: [{ host: '10.0.0.1' }, { host: '10.0.0.2' }],
      unreadable: [entry],
    })
  })

  it('are asked for in the table that the server has', () => {
    expect(galeraMembersSql('10.11.19-MariaDB')).toContain('information_schema.GLOBAL_STATUS')
    expect(galeraMembersSql('8.0.42-33.1')).toContain('performance_schema.global_status')
  })
})

describe('an entry of a list of members', () => {
  it.each([
    ['10.0.0.1:3307', { host: '10.0.0.1', port: 3307 }],
    ['db1', { host: 'db1', port: 3306 }],
    ['[fd00::3]:3307', { host: 'fd00::3', port: 3307 }],
    ['fd00::3', { host: 'fd00::3', port: 3306 }],
  ])('is read: %s', (entry, member) => {
    expect(readMember(entry)).toEqual(member)
  })

  it.each([
    ['127.0.0.1', true],
    ['127.8.0.3', true],
    ['::1', true],
    ['localhost', true],
    ['10.127.0.1', false],
    ['db127.0.0.1', false],
  ])('leads back to its own machine or not: %s, %s', (host, expected) => {
    expect(isLoopback(host)).toBe(expected)
  })
})

type Row = readonly [host: string | null, port: number | null, state: string, own: number | string]

function group(...rows: readonly Row[]): Membership {
  return readGroupMembers({ columns: [], rows })
}

describe('the members of a MySQL group', () => {
  it('are all that the table has, whatever their state, while the one that answers has a majority', () => {
    expect(group(['m1', 3306, 'ONLINE', 0], ['m2', 3306, 'ONLINE', 1], ['m3', 3307, 'UNREACHABLE', 0])).toEqual({
      believed: true,
      members: [
        { host: 'm1', port: 3306 },
        { host: 'm2', port: 3306 },
        { host: 'm3', port: 3307 },
      ],
      self: { host: 'm2', port: 3306 },
      unreadable: [],
    })
  })

  it.each<[string, readonly Row[]]>([
    [
      'has lost the majority, though it says ONLINE',
      [
        ['m1', 3306, 'ONLINE', 1],
        ['m2', 3306, 'UNREACHABLE', 0],
        ['m3', 3306, 'UNREACHABLE', 0],
      ],
    ],
    ['recovers', [['m1', 3306, 'RECOVERING', 1]]],
    ['was expelled', [['m1', 3306, 'ERROR', 1]]],
    ['belongs to no group now', [['', null, 'OFFLINE', 1]]],
    ['finds itself nowhere', [['m1', 3306, 'ONLINE', 0]]],
    ['has an empty table', []],
  ])('are not taken from one that %s', (_, rows) => {
    expect(group(...rows)).toMatchObject({ believed: false })
  })

  it('are asked for in one statement', () => {
    expect(GROUP_MEMBERS_SQL).toMatch(/^SELECT MEMBER_HOST, MEMBER_PORT/)
  })
})
