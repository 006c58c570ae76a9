import { describe, expect, it } from 'vitest'

import { type SentenceLevel, sentenceOf, type SentenceStatus } from './sentence.js'

const NOW = 1_700_000_000_000

type HostFacts = SentenceStatus['hosts'][number]

function host(name: string, known: Partial<HostFacts> = {}): HostFacts {
  return {
    name: `${name}:3306`,
    state: 'up',
    reason: '',
    since: NOW - 3_600_000,
    writable: true,
    serves: { read: true, write: true },
    ...known,
  }
}

const NOTHING = { read: false, write: false }
const READS = { read: true, write: false }

function down(name: string, seconds: number, reason = 'connect ECONNREFUSED 10.0.0.2:3306'): HostFacts {
  return host(name, { state: 'down', since: NOW - seconds * 1000, reason, serves: NOTHING })
}

function status(known: Partial<SentenceStatus>): SentenceStatus {
  return {
    state: 'open',
    connectionLimit: 10,
    total: 6,
    inUse: 2,
    waiting: 0,
    hosts: [host('db1'), host('db2'), host('db3')],
    ...known,
  }
}

const cases: readonly {
  readonly when: string
  readonly known: Partial<SentenceStatus>
  readonly level: SentenceLevel
  readonly text: string
  /** Where it is another than the text. */
  readonly announcement?: string
}[] = [
  {
    when: 'every host is up',
    known: {},
    level: 'well',
    text: 'All is well; reads and writes go on with db1, db2 and db3.',
  },
  {
    when: 'one host is down',
    known: { hosts: [host('db1'), down('db2', 40), host('db3')] },
    level: 'warning',
    text: 'db2 has been down for 40 s: connection refused; reads and writes go on with db1 and db3.',
    announcement: 'db2 is down: connection refused; reads and writes go on with db1 and db3.',
  },
  {
    when: 'two hosts are down for different reasons',
    known: { hosts: [down('db1', 7200, 'its state is Donor'), down('db2', 130), host('db3')] },
    level: 'warning',
    text: 'db1 has been down for 2 h: its state is Donor; db2 has been down for 2 min: connection refused; reads and writes go on with db3.',
    announcement: 'db1 is down: its state is Donor; db2 is down: connection refused; reads and writes go on with db3.',
  },
  {
    when: 'many hosts are down for one reason',
    known: { hosts: [down('db1', 9), down('db2', 40), down('db3', 5), host('db4')] },
    level: 'warning',
    text: '3 of 4 hosts are down, the first for 40 s (db1, db2 and db3): connection refused; reads and writes go on with db4.',
    announcement: '3 of 4 hosts are down (db1, db2 and db3): connection refused; reads and writes go on with db4.',
  },
  {
    when: 'every host is down',
    known: { hosts: [down('db1', 3), down('db2', 0.2), down('db3', 2, 'it belongs to no cluster')] },
    level: 'problem',
    text: 'No host can be used; all 3 hosts are down, the first for 3 s (db1, db2 and db3).',
    announcement: 'No host can be used; all 3 hosts are down (db1, db2 and db3).',
  },
  {
    when: 'the only host is down, and callers wait for it',
    known: { hosts: [down('db1', 0.2)], waiting: 1 },
    level: 'problem',
    text: 'No host can be used; db1 has been down for less than 1 s: connection refused; 1 caller waits for a connection.',
    announcement: 'No host can be used; db1 is down: connection refused.',
  },
  {
    when: 'the only writer is down',
    known: {
      hosts: [
        down('db1', 12),
        host('db2', { writable: false, serves: READS }),
        host('db3', { writable: false, serves: READS }),
      ],
    },
    level: 'problem',
    text: 'No host takes writes; db1 has been down for 12 s: connection refused; reads go on with db2 and db3.',
    announcement: 'No host takes writes; db1 is down: connection refused; reads go on with db2 and db3.',
  },
  {
    when: 'every host is read-only',
    known: { hosts: [host('db1', { writable: false, reason: 'read_only is on', serves: READS })] },
    level: 'problem',
    text: 'No host takes writes; db1 takes none: read_only is on; reads go on with db1.',
  },
  {
    when: 'one host writes and the others read',
    known: {
      hosts: [host('db1', { serves: { read: false, write: true } }), host('db2', { writable: false, serves: READS })],
    },
    level: 'well',
    text: 'All is well; reads go on with db2, and writes with db1.',
  },
  {
    when: 'no host takes reads',
    known: { hosts: [host('db1', { serves: { read: false, write: true } })] },
    level: 'problem',
    text: 'No host takes reads; writes go on with db1.',
  },
  {
    when: 'a host is in doubt',
    known: {
      hosts: [
        host('db1'),
        host('db2', {
          state: 'suspect',
          since: NOW - 1500,
          reason: 'a connection was lost: read ECONNRESET',
          serves: NOTHING,
        }),
      ],
    },
    level: 'warning',
    text: 'db2 has been in doubt for 1 s: connection reset; reads and writes go on with db1.',
    announcement: 'db2 is in doubt: connection reset; reads and writes go on with db1.',
  },
  {
    when: 'a host is draining',
    known: { hosts: [host('db1'), host('db2', { state: 'draining', since: NOW - 300_000, serves: NOTHING })] },
    level: 'note',
    text: 'db2 has been draining for 5 min; reads and writes go on with db1.',
    announcement: 'db2 is draining; reads and writes go on with db1.',
  },
  {
    when: 'a host is spared',
    known: { hosts: [host('db1'), host('db2', { reason: 'it is a donor (Donor/Desynced)', serves: NOTHING })] },
    level: 'note',
    text: 'db2 is up and gets nothing: it is a donor (Donor/Desynced); reads and writes go on with db1.',
  },
  {
    when: 'callers wait because every connection is in use',
    known: { inUse: 10, total: 10, waiting: 12 },
    level: 'warning',
    text: '12 callers wait for a connection: all 10 connections are in use; reads and writes go on with db1, db2 and db3.',
    announcement:
      'Callers wait for a connection: all 10 connections are in use; reads and writes go on with db1, db2 and db3.',
  },
  {
    when: 'a caller waits for a connection that is being opened',
    known: { waiting: 1 },
    level: 'well',
    text: '1 caller waits for a connection; reads and writes go on with db1, db2 and db3.',
    announcement: 'All is well; reads and writes go on with db1, db2 and db3.',
  },
  {
    when: 'a host is down and every connection is in use',
    known: { hosts: [host('db1'), down('db2', 40)], inUse: 10, waiting: 3 },
    level: 'warning',
    text: 'db2 has been down for 40 s: connection refused; 3 callers wait for a connection: all 10 connections are in use; reads and writes go on with db1.',
    announcement:
      'db2 is down: connection refused; callers wait for a connection: all 10 connections are in use; reads and writes go on with db1.',
  },
  {
    when: 'no host has been asked',
    known: { hosts: [host('db1', { state: 'unknown' }), host('db2', { state: 'unknown' })] },
    level: 'note',
    text: 'Nothing is known yet, for no host has been asked; reads and writes go on with db1 and db2.',
  },
  {
    when: 'one host has not been asked',
    known: { hosts: [host('db1'), host('db2', { state: 'unknown' })] },
    level: 'well',
    text: 'Nothing is known to be wrong; db2 has not been asked yet; reads and writes go on with db1 and db2.',
  },
  {
    when: 'discovery has found no host',
    known: { hosts: [] },
    level: 'problem',
    text: 'The pool has no host, so every statement fails or waits.',
  },
  {
    when: 'the pool is ending',
    known: { state: 'ending', total: 1 },
    level: 'note',
    text: 'The pool is ending, and 1 connection is still open.',
    announcement: 'The pool is ending.',
  },
  { when: 'the pool has ended', known: { state: 'ended' }, level: 'note', text: 'The pool has ended.' },
  {
    when: 'a cluster is large',
    known: { hosts: Array.from({ length: 9 }, (_, index) => host(`db${index}`)) },
    level: 'well',
    text: 'All is well; reads and writes go on with db0, db1, db2, db3, db4 and 4 more.',
  },
  {
    when: 'hosts differ only in their ports',
    known: { hosts: [host('db', { name: 'db:3307' }), { ...down('db', 40), name: 'db:3308' }] },
    level: 'warning',
    text: 'db:3308 has been down for 40 s: connection refused; reads and writes go on with db:3307.',
    announcement: 'db:3308 is down: connection refused; reads and writes go on with db:3307.',
  },
  {
    when: 'a server says much, in many lines',
    known: { hosts: [host('db1'), down('db2', 40, `Host\n\u001B[31mis blocked ${'very '.repeat(90)}`)] },
    level: 'warning',
    text: `db2 has been down for 40 s: Host [31mis blocked ${'very '.repeat(28).trim()}…; reads and writes go on with db1.`,
    announcement: `db2 is down: Host [31mis blocked ${'very '.repeat(28).trim()}…; reads and writes go on with db1.`,
  },
]

describe('the sentence about a pool', () => {
  it.each(cases)('when $when', ({ known, level, text, announcement = text }) => {
    expect(sentenceOf(status(known), NOW)).toEqual({ level, text, announcement })
  })

  it('is announced once, while durations and counts go on', () => {
    const hosts = [host('db1'), down('db2', 40)]
    const early = sentenceOf(status({ hosts, inUse: 10, waiting: 3 }), NOW)
    const late = sentenceOf(status({ hosts, inUse: 10, waiting: 70 }), NOW + 90_000)
    expect(late.text).not.toBe(early.text)
    expect(late.announcement).toBe(early.announcement)
  })

  it('takes a clock that was set back for no time at all', () => {
    expect(sentenceOf(status({ hosts: [host('db1'), down('db2', -5)] }), NOW).text).toContain('for less than 1 s')
  })
})
