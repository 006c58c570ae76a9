import { describe, expect, it } from 'vitest'

import { EventLog } from './event-log.js'

describe('the log of events', () => {
  it('keeps the last hundred', () => {
    const log = new EventLog()
    for (let number = 0; number < 250; number += 1) log.add({ level: 'plain', text: `event ${number}` }, number)
    expect(log.since(0).map(({ text }) => text)).toEqual(
      Array.from({ length: 100 }, (_, index) => `event ${index + 150}`),
    )
  })

  it('makes one of a storm of equal events, also when others come between', () => {
    const log = new EventLog()
    log.add({ level: 'bad', text: 'db2 is down' }, 0)
    for (let at = 1; at <= 9_000; at += 1) {
      log.add({ level: 'bad', text: `a caller got nothing; ${at} waited`, key: 'timeout' }, at)
      log.add({ level: 'bad', text: 'no connection' }, at)
    }
    expect(log.since(0).map(({ text, times, first, last }) => [text, times, first, last])).toEqual([
      ['db2 is down', 1, 0, 0],
      ['a caller got nothing; 9000 waited', 9_000, 1, 9_000],
      ['no connection', 9_000, 1, 9_000],
    ])
  })

  it('begins anew after ten seconds', () => {
    const log = new EventLog()
    for (const at of [0, 9_999, 10_000, 20_001]) log.add({ level: 'good', text: 'db2 is up' }, at)
    expect(log.since(0).map(({ first, times }) => [first, times])).toEqual([
      [0, 2],
      [10_000, 1],
      [20_001, 1],
    ])
  })

  it('tells what has changed since a reader has looked', () => {
    const log = new EventLog()
    log.add({ level: 'bad', text: 'a' }, 0)
    log.add({ level: 'bad', text: 'b' }, 1)
    const { version } = log
    expect(log.since(version)).toEqual([])
    log.add({ level: 'bad', text: 'a' }, 2)
    log.add({ level: 'bad', text: 'c' }, 3)
    expect(log.since(version).map(({ id, text, times }) => [id, text, times])).toEqual([
      [1, 'a', 2],
      [4, 'c', 1],
    ])
  })
})
