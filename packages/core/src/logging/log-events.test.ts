import { Writable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'

import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import winston from 'winston'

import { PoolEmitter } from '../pool/emitter.js'
import type { EventDetails, PoolEventName } from '../pool/events.js'
import type { Pool } from '../pool.js'
import { eventNames } from '../pool/event-names.js'
import { logEvents } from './log-events.js'
import type { EventLogger } from './log-format.js'

/** The events of a pool, told by the pool's own emitter. */
function somePool() {
  const emitter = new PoolEmitter('shop')
  const pool = {
    status: () => undefined,
    on: emitter.on.bind(emitter),
    off: emitter.off.bind(emitter),
  } as unknown as Pool
  return {
    pool,
    emit: <E extends PoolEventName>(name: E, details: EventDetails[E]) => emitter.emit(name, details),
    heard: () => eventNames.filter((name) => emitter.hears(name)),
  }
}

/** A logger of no known kind, and the lines that it was given. */
function listLogger() {
  const lines: unknown[][] = []
  const method =
    (level: string) =>
    (...line: unknown[]) =>
      void lines.push([level, ...line])
  return { lines, logger: { error: method('error'), warn: method('warn'), info: method('info') } }
}

/** The lines of JSON that are written to a stream. */
function jsonLines() {
  const lines: Record<string, unknown>[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      for (const line of String(chunk).trim().split('\n')) lines.push(JSON.parse(line) as Record<string, unknown>)
      done()
    },
  })
  return { lines, stream }
}

const refused = Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:3306'), { code: 'ECONNREFUSED', errno: -111 })

/** One event of each name. */
const samples: EventDetails = {
  connectionOpened: { host: 'db1:3306', duration: 3.4 },
  connectionClosed: { host: 'db1:3306', reason: 'idle timeout', age: 60_000 },
  connectFailed: { host: 'db1:3306', error: refused, duration: 2 },
  acquire: { host: 'db1:3306', waited: 0 },
  enqueue: { waiting: 2 },
  release: { host: 'db1:3306', held: 12 },
  acquireTimeout: { waited: 10_000, waiting: 1 },
  hostAdded: { host: 'db4:3306', origin: 'discovered' },
  hostRemoved: { host: 'db4:3306', reason: 'it was removed' },
  hostUp: { host: 'db1:3306', reason: '' },
  hostSuspect: { host: 'db1:3306', reason: 'a connection was lost: read ECONNRESET' },
  hostDown: { host: 'db1:3306', reason: 'connect failed: connect ECONNREFUSED 10.0.0.1:3306', error: refused },
  hostDraining: { host: 'db1:3306' },
  allHostsDown: { reasons: { 'db1:3306': 'it hangs', 'db2:3306': 'not Synced' } },
  leak: { host: 'db1:3306', held: 5000, stack: 'at report (report.js:1:1)' },
  leakReturned: { host: 'db1:3306', held: 9000 },
  warning: { host: 'db1:3306', message: 'a privilege is missing' },
  end: {},
}

function emitAll(emit: ReturnType<typeof somePool>['emit'], names: readonly PoolEventName[] = eventNames): void {
  for (const name of names) emit(name, samples[name])
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
})

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('logEvents', () => {
  it('writes a text to a logger of no known kind, each event at its level', () => {
    const { pool, emit } = somePool()
    const { lines, logger } = listLogger()
    logEvents(pool, logger)
    emitAll(emit)
    expect(lines).toEqual([
      ['warn', "pool 'shop': a connect to db1:3306 failed after 2 ms: connect ECONNREFUSED 10.0.0.1:3306"],
      ['warn', "pool 'shop': a caller got no connection within 10000 ms; 1 caller waits"],
      ['info', "pool 'shop': db4:3306 was added (discovered)"],
      ['info', "pool 'shop': db4:3306 was removed: it was removed"],
      ['info', "pool 'shop': db1:3306 is up"],
      ['info', "pool 'shop': db1:3306 is suspect: a connection was lost: read ECONNRESET"],
      ['warn', "pool 'shop': db1:3306 is down: connect failed: connect ECONNREFUSED 10.0.0.1:3306"],
      ['info', "pool 'shop': db1:3306 is draining"],
      ['error', "pool 'shop': no host can be used: db1:3306: it hangs; db2:3306: not Synced"],
      [
        'warn',
        "pool 'shop': a connection to db1:3306 has been checked out for 5000 ms; its borrower: at report (report.js:1:1)",
      ],
      ['info', "pool 'shop': a connection to db1:3306 that looked like a leak was released after 9000 ms"],
      ['warn', "pool 'shop': a privilege is missing"],
      ['info', "pool 'shop': the pool has ended"],
    ])
  })

  it('does not listen for the events of every checkout, unless a level asks for them', () => {
    const quiet = somePool()
    logEvents(quiet.pool, listLogger().logger)
    for (const name of ['acquire', 'enqueue', 'release', 'connectionOpened', 'connectionClosed'] as const) {
      expect(quiet.heard()).not.toContain(name)
    }
    const { pool, emit } = somePool()
    const { lines, logger } = listLogger()
    logEvents(pool, logger, { levels: { acquire: 'info', release: 'info', hostUp: false } })
    emitAll(emit, ['acquire', 'release', 'hostUp'])
    expect(lines).toEqual([
      ['info', "pool 'shop': a connection to db1:3306 was checked out after a wait of 0 ms"],
      ['info', "pool 'shop': a connection to db1:3306 was released after 12 ms"],
    ])
  })

  it('ends with the function that it returns', () => {
    const { pool, emit, heard } = somePool()
    const { lines, logger } = listLogger()
    const stop = logEvents(pool, logger)
    expect(heard()).toHaveLength(13)
    stop()
    stop()
    expect(heard()).toEqual([])
    emitAll(emit, ['hostDown'])
    expect(lines).toEqual([])
  })

  it('leaves a warning to the process when its level is false', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const { pool, emit } = somePool()
    logEvents(pool, listLogger().logger, { levels: { warning: false } })
    emitAll(emit, ['warning'])
    expect(warn).toHaveBeenCalledWith("The pool 'shop': a privilege is missing", 'HostpoolWarning')
  })

  it('writes one line a second of a host whose connects fail, and counts the others', () => {
    const { pool, emit } = somePool()
    const { lines, logger } = listLogger()
    logEvents(pool, logger)
    for (let time = 0; time < 500; time += 1) emitAll(emit, ['connectFailed', 'acquireTimeout'])
    emit('connectFailed', { ...samples.connectFailed, host: 'db2:3306' })
    expect(lines).toHaveLength(3)
    vi.advanceTimersByTime(1000)
    emitAll(emit, ['connectFailed', 'hostUp'])
    expect(lines.slice(3).map(([, text]) => text)).toEqual([
      "pool 'shop': a connect to db1:3306 failed after 2 ms: connect ECONNREFUSED 10.0.0.1:3306 (and 499 more since the last line)",
      "pool 'shop': db1:3306 is up",
    ])
  })

  it('keeps a password out of the log that an application has put into an error', () => {
    const { pool, emit } = somePool()
    const { lines, logger } = listLogger()
    logEvents(pool, logger, { format: 'winston' })
    const error = Object.assign(new Error('GET https://app:s3cret@vault/login failed'), {
      config: { password: 's3cret' },
      cause: new Error('s3cret'),
    })
    emit('connectFailed', { host: 'db1:3306', error, duration: 1 })
    emit('hostDown', { host: 'db1:3306', reason: error.message, error })
    emit('allHostsDown', { reasons: { 'db1:3306': error.message } })
    expect(lines).toHaveLength(3)
    expect(JSON.stringify(lines)).not.toContain('s3cret')
    expect(JSON.stringify(lines)).toContain('https://***@vault/login')
  })

  it('breaks nothing when the logger throws or rejects', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const { pool, emit } = somePool()
    const full = new Error('the disk is full')
    logEvents(pool, {
      warn: () => Promise.reject(full),
      log: () => {
        throw full
      },
    })
    emitAll(emit, ['hostDown', 'hostUp'])
    await setImmediate()
    expect(warn.mock.calls.map(([text]) => String(text).split('\n')[0])).toEqual([
      "A 'hostUp' listener of the pool 'shop' threw: Error: the disk is full",
      "A 'hostDown' listener of the pool 'shop' rejected: Error: the disk is full",
    ])
  })

  it('refuses what would log nothing, and leaves no listener behind', () => {
    const { pool, heard } = somePool()
    const { logger } = listLogger()
    const calls: readonly (readonly [() => unknown, string])[] = [
      [() => logEvents(pool, { warn: logger.warn }), 'the logger has no method info() or log()'],
      [() => logEvents(pool, undefined as unknown as EventLogger), 'has to be a logger, not nothing'],
      [() => logEvents({} as Pool, logger), 'has to be a pool of createPool(), not an object'],
      [() => logEvents(pool, logger, { level: 'info' } as object), 'level: unknown option; did you mean levels?'],
      [
        () => logEvents(pool, logger, { levels: { hostdown: 'info' } as object }),
        'levels.hostdown: a pool has no such event; did you mean hostDown?',
      ],
      [
        () => logEvents(pool, logger, { levels: { hostDown: 'fatal' as 'error' } }),
        'levels.hostDown: "fatal" is none of error, warn, info, debug and false',
      ],
      [() => logEvents(pool, logger, { format: 'json' as 'text' }), 'format: "json" is none of pino, winston, text'],
    ]
    for (const [call, message] of calls) {
      expect(call).toThrow(
        expect.objectContaining({ code: 'ERR_HOSTPOOL_CONFIG', message: expect.stringContaining(message) as string }),
      )
    }
    expect(heard()).toEqual([])
  })
})

describe('logEvents with pino', () => {
  it('gives an object of plain fields, and the text', () => {
    const { pool, emit } = somePool()
    const { lines, stream } = jsonLines()
    logEvents(pool, pino({ level: 'warn' }, stream).child({ service: 'orders' }))
    emitAll(emit, ['hostUp', 'hostDown', 'warning', 'allHostsDown'])
    const common = { poolName: 'shop', service: 'orders', level: 40 }
    expect(lines).toMatchObject([
      {
        ...common,
        event: 'hostDown',
        host: 'db1:3306',
        error: { code: 'ECONNREFUSED', errno: -111, message: 'connect ECONNREFUSED 10.0.0.1:3306' },
        msg: "pool 'shop': db1:3306 is down: connect failed: connect ECONNREFUSED 10.0.0.1:3306",
      },
      { ...common, event: 'warning', host: 'db1:3306', msg: "pool 'shop': a privilege is missing" },
      { ...common, level: 50, event: 'allHostsDown', reasons: { 'db1:3306': 'it hangs', 'db2:3306': 'not Synced' } },
    ])
  })

  it('follows a level that is changed later', () => {
    const { pool, emit } = somePool()
    const { lines, stream } = jsonLines()
    const logger = pino({ level: 'error' }, stream)
    logEvents(pool, logger)
    emitAll(emit, ['hostUp'])
    logger.level = 'info'
    emitAll(emit, ['hostUp'])
    expect(lines).toHaveLength(1)
  })
})

describe('logEvents with winston', () => {
  it.each([
    ['npm', winston.config.npm.levels, 'warn'],
    ['syslog', winston.config.syslog.levels, 'warning'],
  ])('gives the text and an object of plain fields, with the levels of %s', (_, levels, warn) => {
    const { pool, emit } = somePool()
    const { lines, stream } = jsonLines()
    const logger = winston.createLogger({
      levels,
      level: 'info',
      format: winston.format.json(),
      transports: [new winston.transports.Stream({ stream })],
    })
    logEvents(pool, logger.child({ service: 'orders' }))
    emitAll(emit, ['hostDown', 'hostUp', 'warning'])
    expect(lines).toMatchObject([
      {
        level: warn,
        service: 'orders',
        event: 'hostDown',
        poolName: 'shop',
        host: 'db1:3306',
        error: { code: 'ECONNREFUSED' },
        message: "pool 'shop': db1:3306 is down: connect failed: connect ECONNREFUSED 10.0.0.1:3306",
      },
      { level: 'info', event: 'hostUp', message: "pool 'shop': db1:3306 is up" },
      { level: warn, event: 'warning', message: "pool 'shop': a privilege is missing" },
    ])
    logger.close()
  })
})

describe('logEvents with the console', () => {
  it('prints a text', () => {
    const print = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const { pool, emit } = somePool()
    logEvents(pool, console)
    emitAll(emit, ['hostDown'])
    expect(print.mock.calls).toEqual([
      ["pool 'shop': db1:3306 is down: connect failed: connect ECONNREFUSED 10.0.0.1:3306"],
    ])
  })
})
