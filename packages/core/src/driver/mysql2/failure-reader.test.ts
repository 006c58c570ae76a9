import { describe, expect, it } from 'vitest'

import { HostpoolError } from '../../errors/hostpool-error.js'
import type { TypeCastField } from '../../sql/decoding.js'
import { type Failed, FailureReader } from './failure-reader.js'
import type { RawCommand, RawConnection, RawError } from './mysql2-internals.js'

interface Case {
  /** As mysql2 knows them. */
  readonly more?: Partial<RawError>
  readonly destroyed?: boolean
  readonly mayHaveRun?: boolean
  readonly command?: Partial<Record<keyof RawCommand, unknown>>
}

const HOST = 'db1:3306'

function errorOf(more: object): RawError {
  return Object.assign(new Error('it failed'), more)
}

function read(error: RawError, { destroyed = false, mayHaveRun = true, command }: Case = {}): Failed {
  const reader = new FailureReader(HOST)
  if (command !== undefined) reader.command = command as unknown as RawCommand
  return reader.read(error, { stream: { destroyed } } as Pick<RawConnection, 'stream'>, mayHaveRun)
}

describe('what ends with an error', () => {
  it.each([
    ['nothing', 'the server’s own', { errno: 1062, sqlState: '23000', code: 'ER_DUP_ENTRY' }, {}],
    ['nothing', 'of values that cannot be sent', {}, { mayHaveRun: false }],
    ['connection', 'of a packet that the server found too large', { errno: 1153, sqlState: '08S01' }, {}],
    ['connection', 'of packets that came out of order', { errno: 1156, sqlState: '08S01' }, {}],
    ['connection', 'of a time limit', { code: 'PROTOCOL_SEQUENCE_TIMEOUT', errorno: 'x' }, {}],
    ['connection', 'thrown while mysql2 read an answer', { fatal: true }, {}],
    ['lost', 'of the network', { errno: -104, code: 'ECONNRESET', fatal: true }, { destroyed: true }],
    [
      'lost',
      'of a write that failed, told before its socket is closed',
      { code: 'ECONNRESET', errno: -104, fatal: true },
      {},
    ],
    ['lost', 'of a write into a socket that the server has closed', { code: 'EPIPE', fatal: true }, {}],
    ['lost', 'of the network, of a command that was never sent', { fatal: true }, { mayHaveRun: false }],
    ['lost', 'with which a server says goodbye', { errno: 1053, sqlState: '08S01', code: 'ER_SERVER_SHUTDOWN' }, {}],
  ])('%s: an error %s', (ends, _, more, given) => {
    const error = errorOf(more)
    expect(read(error, given).ends).toBe(ends)
  })

  it('nothing, of the pool’s own', () => {
    const error = new HostpoolError('ERR_HOSTPOOL_LOCAL_FILE', 'no file')
    expect(read(error)).toEqual({ error, ends: 'nothing' })
  })

  it('a number without a state is not the server’s', () => {
    expect(read(errorOf({ errno: 1062, fatal: true })).ends).toBe('connection')
  })
})

describe('an error', () => {
  it('of mysql2 stays the same object, and names its host', () => {
    const error = errorOf({ errno: 1062, sqlState: '23000' })
    expect(read(error).error).toBe(error)
    expect(error).toHaveProperty('host', HOST)
  })

  it('of a row that could not be decoded keeps its cause and names the column that was looked at', () => {
    const reader = new FailureReader(HOST)
    const cause = errorOf({})
    const { typeCast } = reader.watched({ typeCast: (field: TypeCastField) => field.name, rowsAsArray: true })
    if (typeof typeCast === 'function') typeCast({ name: 'total' } as TypeCastField, () => undefined)
    reader.command = { _localStreamError: cause } as unknown as RawCommand
    const { error, ends } = reader.read(cause, { stream: { destroyed: false } } as RawConnection, true)
    expect(ends).toBe('connection')
    expect(error).toMatchObject({ code: 'ERR_HOSTPOOL_DECODE_FAILED', host: HOST, cause })
    expect(error.message).toContain("of column 'total'")
  })

  it('names no column of the statement before', () => {
    const reader = new FailureReader(HOST)
    reader.watchedTypeCast(() => undefined)
    const typeCast = reader.watchedTypeCast(() => undefined)
    if (typeof typeCast === 'function') typeCast({ name: 'before' } as TypeCastField, () => undefined)
    reader.callsIn(undefined)
    const { error } = reader.read(errorOf({ fatal: true }), { stream: { destroyed: false } } as RawConnection, true)
    expect(error.message).not.toContain('before')
  })

  it('where nothing but mysql2 decodes names the columns of JSON of the last result', () => {
    const columns = [
      { name: 'id', columnType: 3 },
      { name: 'doc', columnType: 245 },
      { name: 'text', columnType: 252, extendedFormat: 'json' },
    ]
    const command = { _fields: [[{ name: 'other', columnType: 245 }], columns] }
    const { error } = read(errorOf({ fatal: true }), { command })
    expect(error.message).toContain("of column 'doc' or 'text'")
  })
})

describe('a decoding', () => {
  it('without a function of the application’s is the same object', () => {
    const reader = new FailureReader(HOST)
    for (const decoding of [{}, { typeCast: false }, { rowsAsArray: true }])
      expect(reader.watched(decoding)).toBe(decoding)
  })

  it('has a function that does what the application’s does', () => {
    const { typeCast } = new FailureReader(HOST).watched({ typeCast: (field, next) => [field.name, next()] })
    const field = { name: 'a' } as TypeCastField
    expect(typeof typeCast === 'function' && typeCast(field, () => 5)).toEqual(['a', 5])
  })
})
