import { once } from 'node:events'
import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'

import { describe, expect, it } from 'vitest'

import { LocalFile, type LocalFileFactory, loadsLocally } from './local-file.js'

const LOAD = "LOAD DATA LOCAL INFILE 'rows' INTO TABLE t"

interface Read {
  readonly text: string
  readonly file: LocalFile
  readonly failure: Error | undefined
}

/** Reads a file as mysql2 does: by its events, which it listens for at once. */
async function read(factory: LocalFileFactory | undefined, sql = LOAD): Promise<Read> {
  const file = new LocalFile(factory, 'rows', sql, () => false)
  const parts: Buffer[] = []
  let failure: Error | undefined
  file.stream.on('data', (part: Buffer) => parts.push(part))
  file.stream.on('error', (error) => (failure = error))
  await Promise.race([new Promise((resolve) => file.stream.once('close', resolve)), delay(1_000)])
  expect(parts.every((part) => Buffer.isBuffer(part))).toBe(true)
  return { text: Buffer.concat(parts).toString(), file, failure }
}

describe('a local file', () => {
  it.each([
    ['bytes', () => Readable.from([Buffer.from('1\té\n'), Buffer.from('2\n')])],
    ['bytes that are no Buffer', () => Readable.from([new TextEncoder().encode('1\té\n'), Buffer.from('2\n')])],
    ['text', () => Readable.from(['1\té\n', '2\n'])],
    ['text in an encoding', () => Readable.from([Buffer.from('1\té\n2\n')]).setEncoding('utf8')],
    ['bytes and text', () => Readable.from([Buffer.from('1\té\n'), '2\n'])],
  ])('of %s is sent as bytes', async (_, factory) => {
    const { text, file, failure } = await read(factory)
    expect({ text, failure, error: file.error, ended: file.ended }).toEqual({
      text: '1\té\n2\n',
      failure: undefined,
      error: undefined,
      ended: true,
    })
  })

  it('that is empty is sent', async () => {
    const { text, file } = await read(() => Readable.from([]))
    expect({ text, error: file.error, ended: file.ended }).toEqual({ text: '', error: undefined, ended: true })
  })

  it('is asked for by the name that the server gives', async () => {
    const names: string[] = []
    await read((name) => {
      names.push(name)
      return Readable.from([])
    })
    expect(names).toEqual(['rows'])
  })

  it('that is over and read is not sent as an empty one', async () => {
    const used = Readable.from([Buffer.from('1\n')])
    used.resume()
    await once(used, 'close')
    const { file, failure } = await read(() => used)
    expect(file.error).toMatchObject({ code: 'ERR_HOSTPOOL_LOCAL_FILE' })
    expect(failure).toBeDefined()
  })
})

describe('a local file that cannot be read to its end', () => {
  const broken = new Error('no such file')

  it.each([
    [
      'a stream that fails',
      () =>
        new Readable({
          read() {
            this.destroy(broken)
          },
        }),
    ],
    ['a stream that has failed', () => new Readable({ read: () => undefined }).destroy(broken)],
    [
      'a factory that throws',
      () => {
        throw broken
      },
    ],
  ])('is told with its own reason: %s', async (_, factory) => {
    const { file, failure } = await read(factory)
    expect(file.error).toMatchObject({ code: 'ERR_HOSTPOOL_LOCAL_FILE', cause: broken })
    expect(file.error?.message).toContain('no such file')
    expect(failure).toBeDefined()
    expect(file.ended).toBe(true)
  })

  it.each([
    [
      'is destroyed without an error in the middle',
      () =>
        new Readable({
          read() {
            if (this.listenerCount('given') > 0) return
            this.once('given', () => this.destroy())
            this.push('1\n')
            setImmediate(() => this.emit('given'))
          },
        }),
    ],
    ['has been destroyed without an error', () => new Readable({ read: () => undefined }).destroy()],
    ['gives objects', () => Readable.from([{ id: 1 }])],
    ['gives numbers', () => Readable.from([1])],
  ])('ends with an error: a stream that %s', async (_, factory) => {
    const { file, failure } = await read(factory)
    expect(file.error).toMatchObject({ code: 'ERR_HOSTPOOL_LOCAL_FILE' })
    expect(failure).toBeDefined()
  })

  it.each([
    ['a promise', () => Promise.resolve(Readable.from([]))],
    ['nothing', () => undefined],
    ['null', () => null],
    ['a name', () => 'rows.csv'],
    ['an object', () => ({})],
  ])('where the factory answers %s, that is said', async (_, factory) => {
    const { file } = await read(factory)
    expect(file.error?.message).toContain('expected a readable stream')
  })

  it('where there is no factory, the option is named', async () => {
    const { file } = await read(undefined)
    expect(file.error?.message).toContain('infileStreamFactory')
  })
})

describe('a file that no statement has asked for', () => {
  it.each(['SELECT 1', "LOAD DATA INFILE 'on the server' INTO TABLE t", "SELECT 'local'", ''])(
    'is not given: %s',
    async (sql) => {
      let asked = false
      const factory = (): Readable => {
        asked = true
        return Readable.from(['secret'])
      }
      const { text, file } = await read(factory, sql)
      expect({ asked, text, forged: file.forged }).toEqual({ asked: false, text: '', forged: true })
      expect(file.error).toMatchObject({ code: 'ERR_HOSTPOOL_LOCAL_FILE' })
    },
  )

  it.each([
    LOAD,
    'load /* quickly */ data low_priority local infile "rows" into table t',
    "LOAD XML LOCAL INFILE 'rows' INTO TABLE t",
    "SET STATEMENT max_statement_time = 9 FOR LOAD DATA CONCURRENT LOCAL\nINFILE 'rows' INTO TABLE t",
  ])('is not this one: %s', async (sql) => {
    expect((await read(() => Readable.from(['x']), sql)).file.forged).toBe(false)
  })
})

describe('a pause', () => {
  it('is heeded only while the socket is full: nothing but its draining ends it', () => {
    let full = false
    const file = new LocalFile(
      () => Readable.from(['1']),
      'rows',
      LOAD,
      () => full,
    )
    file.stream.on('data', () => undefined)
    file.stream.pause()
    expect(file.stream.isPaused()).toBe(false)
    full = true
    file.stream.pause()
    expect(file.stream.isPaused()).toBe(true)
    file.stream.resume()
    expect(file.stream.isPaused()).toBe(false)
  })
})

describe('a file that is closed', () => {
  it('ends its source, and an error afterwards ends nothing', async () => {
    const source = new Readable({ read: () => undefined })
    const file = new LocalFile(
      () => source,
      'rows',
      LOAD,
      () => false,
    )
    file.close()
    source.destroy(new Error('too late'))
    await delay(5)
    expect(source.destroyed).toBe(true)
  })
})

describe('whether a statement loads a local file', () => {
  it.each([
    ["LOAD DATA LOCAL INFILE 'rows' INTO TABLE t", true],
    ["load xml /* from here */ local\ninfile 'rows' into table t", true],
    ["SELECT 'infile'; LOAD DATA LOCAL INFILE 'rows' INTO TABLE t", true],
    ["LOAD DATA INFILE 'local' INTO TABLE t", false],
    ['SELECT locality, infiles FROM t', false],
    [`SELECT 'local${' '.repeat(1001)}infile'`, false],
  ])('%j: %s', (sql, loads) => {
    expect(loadsLocally(sql)).toBe(loads)
  })

  it('is read off a long text at once', () => {
    const began = performance.now()
    expect(loadsLocally('local '.repeat(500_000))).toBe(false)
    expect(performance.now() - began).toBeLessThan(1_000)
  })
})
