import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { describe, expect, it } from 'vitest'

/**
 * What users of `django-mysql-geventpool-27`, whose idea this pool took up, rely on, and the bugs of it that must not come
 * back: for each the test that shows how it is here. Where this pool does it another way on purpose, the test shows the intent.
 */
const ROWS: readonly (readonly [row: string, title: string])[] = [
  ['1 a host list as one comma string', 'seed row 1: takes one comma string, and an array'],
  ['2 one port for all hosts, localhost without any', 'seed row 2: one port for all hosts that name none'],
  ['3 a hard cap over all hosts, connects in flight included', 'never opens more than connectionLimit over all hosts'],
  ['4 a uniformly random host for each new connection', 'seed row 4: random gives equal hosts equal shares'],
  ['5 an idle connection before a new one', 'uses an idle connection of any host before a new one is opened'],
  ['6 a failed connect tries each other host once', 'tries each host once within the same acquire'],
  ['7 a host comes back by itself', 'goes back to a host within a second of its return'],
  ['8 all down: the last real error', 'fails at once with the last real error when no host can be used'],
  ['9 a dead connection is replaced unnoticed', 'replaces a dead connection without the borrower noticing'],
  ['10 an exhausted pool makes the caller wait', 'waits 10 s when nothing else is said'],
  ['11 a failed connect gives its slot back', 'gives the place of a failed connect back'],
  ['12 a clean release keeps the connection', 'a clean session costs no round trip'],
  ['12 an open transaction does not reach the next', 'an open transaction is rolled back'],
  ['12 a broken connection does not come back', 'closes a connection that broke in its borrower’s hands'],
  ['13 a greatest age', 'retires a connection at its age'],
  ['14 an upper bound on idle connections', 'closes what is idle beyond maxIdle as soon as it comes back'],
  ['15 checking before reuse can be switched off', 'never asks when that is switched off'],
  ['16 a pool can be closed', 'closes what rests, takes back what is checked out, and ends with the last of them'],
  ['17 one pool per data source, each with its own host state', 'have hosts of their own'],
  [
    '18 a scoped helper that always releases',
    'withConnection gives back what it checked out, also when the work fails',
  ],
  ['19 a word when a host goes down and when all are down', 'tells when a host goes down, and when the last one does'],
  ['20 options pass through, the caller’s object is not changed', 'seed row 20: keeps what the driver needs apart'],
  ['21 drop-in under the ORM: entities need not change', 'create, read, update, count and delete'],
  ['22 many requests share the pool without blocking', 'is not starved by newcomers, however many there are'],
  ['22 processes do not share a pick sequence', 'seed row 22: processes that start together'],
]

const BUGS: readonly (readonly [bug: string, title: string])[] = [
  ['1 hosts were a process global', 'have hosts of their own, and what one learns of a host is not the business'],
  [
    '2 a slot leaked when a replacement failed',
    'are not lost with a stale connection whose replacement cannot be opened',
  ],
  ['3 discarding a connection woke no caller', 'go to a waiter when a broken connection is thrown away'],
  [
    '4 closing all let the cap be exceeded',
    'are not doubled when all connections are replaced while some are checked out',
  ],
  ['5 the second pool got the default cap', 'seed bug 5: a second pool from the same object gets the same options'],
  ['6 blanks in host names', 'seed bug 6: keeps no blanks in host names'],
  ['7 a wrong password took healthy hosts down', 'a wrong password is the server’s own error and marks no host down'],
  ['8 forked workers made the same picks', 'do not make the same picks'],
  ['9 all down stayed all down for 60 s', 'are used again within a second of their return after all of them were down'],
  ['10 no rollback, no reset on release', 'a session variable has its default again'],
  ['11 no acquire timeout, nothing to look at', 'does not wait for ever, and is told what the pool was doing'],
  ['12 counted after the connect', 'are taken before a connect, not after it: a burst does not exceed the limit'],
]

const root = fileURLToPath(new URL('../../../../', import.meta.url))

function testFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts') && !/node_modules|dist|seed-rows/.test(file))
    .map((file) => join(root, folder, file))
}

const titles = ['packages/core/src', 'packages/typeorm/src', 'test/integration']
  .flatMap(testFiles)
  .map((file) => readFileSync(file, 'utf8'))
  .flatMap((text) => [...text.matchAll(/\b(?:it|test|describe\w*)(?:\.each\([^)]*\))?\(\s*(['"`])(.*?)\1/g)])
  .map(([, , title]) => title ?? '')

describe('the pool whose idea this one took up', () => {
  it.each(ROWS)('row %s: %s', (_, title) => {
    expect(titles.filter((known) => known.includes(title))).not.toEqual([])
  })

  it.each(BUGS)('bug %s: %s', (_, title) => {
    expect(titles.filter((known) => known.includes(title))).not.toEqual([])
  })
})
