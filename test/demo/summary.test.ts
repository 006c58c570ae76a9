import { expect, test } from 'vitest'
import { type Audit, audit } from './audit.js'
import { Ledger, Outcome } from './ledger.js'
import type { HostAnswer } from './single-hosts.js'
import { type Findings, summary, verdict } from './summary.js'
import { Tally } from './tally.js'

/** A run with one read and one acknowledged write of three rows, of which the only host has all. */
function goodRun(): Findings {
  const tally = new Tally()
  const ledger = new Ledger()
  for (const kind of ['read', 'write'] as const) {
    tally.send()
    tally.end(kind, 7, false)
  }
  ledger.open('a', 3)
  ledger.settle('a', Outcome.Acknowledged)
  return {
    session: { tally, ledger, failures: [], mostConnections: 12 },
    status: {
      connectionLimit: 12,
      hosts: [],
      counters: { retriedReads: 0 },
    },
    label: () => 'node1',
    audits: [answer(ledger, 3)],
    allHostsExpected: true,
  }
}

function answer(ledger: Ledger, rows: number): HostAnswer<Audit> {
  return { host: 'a:1', answer: audit(ledger.entries, new Map([['a', rows]])) }
}

test('a run in which everything is as it must be says so', () => {
  const run = goodRun()
  expect(verdict(run)).toEqual([])
  expect(summary(run)).toContain('no read failed, and every acknowledged row is there, once')
  expect(summary(run)).toContain('node1 has 1 acknowledged writes, once each (3 rows)')
})

test('a failed read spoils the run', () => {
  const run = goodRun()
  run.session.tally.send()
  run.session.tally.end('read', 1, true)
  expect(verdict(run)).toEqual(['1 reads failed'])
  expect(summary(run)).toContain('NOT AS IT MUST BE: 1 reads failed')
})

test('a failed write does not, when the data is right', () => {
  const run = goodRun()
  run.session.tally.send()
  run.session.tally.end('write', 1, true)
  expect(verdict(run)).toEqual([])
})

test('a request without an end spoils it', () => {
  const run = goodRun()
  run.session.tally.send()
  expect(verdict(run)).toEqual(['1 requests never got an answer'])
})

test('one connection too many spoils it', () => {
  const run = goodRun()
  const session = { ...run.session, mostConnections: 13 }
  expect(verdict({ ...run, session })).toEqual(['13 connections were open at once, 12 are allowed'])
})

test('wrong data on any host spoils it', () => {
  const run = goodRun()
  const audits = [...run.audits, answer(run.session.ledger, 6)]
  expect(verdict({ ...run, audits })).toEqual(['node1: acknowledged write a has 6 rows in place of 3'])
})

test('a host that cannot be asked spoils it only when it belongs to the demo', () => {
  const run = goodRun()
  const audits = [...run.audits, { host: 'b:1', problem: 'nobody there' }]
  expect(verdict({ ...run, audits })).toEqual(['node1 could not be asked for its data: nobody there'])
  expect(verdict({ ...run, audits, allHostsExpected: false })).toEqual([])
})

test('without any host that answers nothing has been shown', () => {
  const audits = [{ host: 'b:1', problem: 'nobody there' }]
  expect(verdict({ ...goodRun(), audits, allHostsExpected: false })).toEqual(['no host could be asked for its data'])
})
