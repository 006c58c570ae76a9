/* oxlint-disable no-underscore-dangle -- the names are mysql2's */
import { deflateSync } from 'node:zlib'

import { createConnection } from 'mysql2'
import { describe, expect, it, onTestFinished } from 'vitest'

import { type Answering, Command, type RogueOptions, RogueServer } from '../../testing/rogue/rogue-server.js'
import {
  greeting as greetingBytes,
  Column,
  coded,
  column,
  eof,
  failure,
  length,
  long,
  MORE_RESULTS,
  ok,
  packet,
  packets,
  prepared,
  rows,
  STATE_CHANGED,
} from '../../testing/rogue/wire.js'
import type { RawConnection } from './mysql2-internals.js'
import { guardPackets } from './packet-guard.js'

interface Outcome {
  error: (Error & { code?: string }) | null
  result?: unknown
  violations: Error[]
  /** The most processor time in which the loop did nothing else, in milliseconds. Another process's time does not count. */
  blocked: number
}

interface Trial extends RogueOptions {
  readonly prepare?: boolean
  readonly sql?: string
  readonly values?: unknown[]
  readonly config?: object
  readonly fullness?: () => number
  /** In place of the statement. */
  readonly act?: (raw: RawConnection, settle: (error: Error | null, result?: unknown) => void) => void
}

/** Without the guard, to see what it is good for. */
const UNGUARDED = process.env['ROGUE_UNGUARDED'] === '1'

/** One statement on a watched connection to a server that answers so. */
async function ask(answer: Answering | readonly Buffer[] | Buffer, trial: Trial = {}): Promise<Outcome> {
  const answering: Answering = typeof answer === 'function' ? answer : () => answer
  const server = await RogueServer.start(answering, trial)
  onTestFinished(() => server.stop())
  const outcome: Outcome = { error: null, violations: [], blocked: 0 }
  const address = { host: '127.0.0.1', port: server.port, user: 'u', password: 'p' }
  const raw = createConnection({ ...address, ...trial.config }) as unknown as RawConnection
  if (!UNGUARDED) guardPackets(raw, (error) => outcome.violations.push(error), trial.fullness)
  onTestFinished(() => raw.destroy())
  let last = process.cpuUsage()
  const timer = setInterval(() => {
    const { user, system } = process.cpuUsage(last)
    outcome.blocked = Math.max(outcome.blocked, (user + system) / 1000)
    last = process.cpuUsage()
  }, 5)
  onTestFinished(() => clearInterval(timer))
  await new Promise<void>((resolve) => {
    let settled = false
    const settle = (error: Error | null, result?: unknown): void => {
      if (settled) return
      settled = true
      outcome.error = error
      outcome.result = result
      resolve()
    }
    raw.on('error', settle)
    if (trial.act !== undefined) trial.act(raw, settle)
    else if (trial.prepare === true) raw.execute({ sql: trial.sql ?? 'SELECT ?', values: trial.values ?? [1] }, settle)
    else raw.query(trial.sql ?? 'SELECT 1', undefined, settle)
  })
  await new Promise((resolve) => setTimeout(resolve, 20))
  if (UNGUARDED) process.stdout.write(`${outcome.blocked.toFixed(0)} ms; ${outcome.error?.message.slice(0, 80)}\n`)
  expect(outcome.violations.length).toBeLessThanOrEqual(1)
  expect(outcome.violations.every((violation) => violation === outcome.error)).toBe(true)
  return outcome
}

/** What the guard said of an answer, which ended the connection and cost next to nothing. */
function violationIn({ error, violations, blocked }: Outcome): string {
  expect(error).toMatchObject({ code: 'PROTOCOL_VIOLATION', fatal: true })
  expect(violations).toEqual([error])
  expect(blocked).toBeLessThan(500)
  return error?.message ?? ''
}

describe('what a right server sends', () => {
  it('passes: rows, several answers, an error, an OK with changes of the session', async () => {
    const answer = [
      ...rows(
        [{}, { type: Column.long, name: 'b' }],
        [
          ['x', '5'],
          [null, '-7'],
        ],
        MORE_RESULTS,
      ),
      ok(),
    ]
    const { error, result } = await ask(answer, { config: { multipleStatements: true } })
    expect(error).toBeNull()
    expect(result).toMatchObject([
      [
        { a: 'x', b: 5 },
        { a: null, b: -7 },
      ],
      { affectedRows: 0 },
    ])
    expect((await ask([failure(1064, 'You have an error')])).error).toMatchObject({ errno: 1064 })
    const changes = coded(
      Buffer.concat([
        Buffer.from([0]),
        coded(Buffer.concat([coded('autocommit'), coded('ON')])),
        Buffer.from([1]),
        coded(coded('shop')),
      ]),
    )
    const changed = await ask([ok(STATE_CHANGED, Buffer.concat([coded('info'), changes]))])
    expect(changed.result).toMatchObject({
      info: 'info',
      stateChanges: { schema: 'shop', systemVariables: { autocommit: 'ON' } },
    })
  })

  it('passes as the answer to a prepared statement', async () => {
    const binary = [length(1), column({ type: Column.long }), eof(), Buffer.from([0, 0, 7, 0, 0, 0]), eof()]
    const { error, result } = await ask(
      ({ command }) => (command === Command.prepare ? prepared(1, [{}], 1) : binary),
      { prepare: true },
    )
    expect(error).toBeNull()
    expect(result).toEqual([{ a: 7 }])
  })
})

describe('a number that decides how much is done', () => {
  it.each<[string, Buffer[], string]>([
    ['columns without end', [long(2n ** 53n), ...Array.from({ length: 100 }, () => column())], '0xfe'],
    ['16 million columns', [length(0xff_ffff)], '0xfd'],
    ['5000 columns', [length(5000)], '5000 columns'],
    ['an integer of 2^32 digits', [length(1), column({ type: Column.long }), eof(), long(2n ** 32n), eof()], 'digits'],
    ['an integer of 2^63 digits', [length(1), column({ type: Column.long }), eof(), long(2n ** 63n), eof()], 'digits'],
    ['a cell beyond its row', [length(1), column(), eof(), length(60_000), eof()], 'a row do not fit'],
    [
      'a name beyond its column',
      [
        length(1),
        Buffer.concat([Buffer.from('\u0003def\u0000\u0000\u0000', 'latin1'), length(200), Buffer.alloc(30)]),
        Buffer.alloc(400),
      ],
      'description of a column',
    ],
    [
      'changes of the session beyond the answer',
      [ok(STATE_CHANGED, Buffer.concat([coded(''), length(60_000)]))],
      'without rows',
    ],
    [
      'a change of the session beyond the others',
      [ok(STATE_CHANGED, Buffer.concat([coded(''), coded(Buffer.concat([Buffer.from([1]), length(200)]))]))],
      'without rows',
    ],
    [
      'a text beyond its change of the session',
      [ok(STATE_CHANGED, Buffer.concat([coded(''), coded(Buffer.concat([Buffer.from([1]), coded(length(60_000))]))]))],
      'without rows',
    ],
    ['an info beyond the answer', [ok(0, long(2n ** 62n))], 'without rows'],
    ['an empty answer', [Buffer.alloc(0)], 'is empty'],
    ['no end of the columns', [length(1), column(), column()], 'do not end'],
  ])('is refused: %s', async (_, answer, message) => {
    expect(violationIn(await ask(answer))).toContain(message)
  })

  it.each<[string, number, number, string]>([
    ['more columns than there can be', 5000, 1, '5000 columns'],
    ['more parameters than question marks', 1, 65_535, '65535 parameters'],
  ])('is refused in a preparation: %s', async (_, columns, parameters, message) => {
    const header = Buffer.alloc(12)
    header[1] = 1
    header.writeUInt16LE(columns, 5)
    header.writeUInt16LE(parameters, 7)
    expect(violationIn(await ask([header], { prepare: true }))).toContain(message)
  })
})

const INFO = { geometry: column({ type: Column.geometry, charset: 63 }) }

/** Collections inside each other, each of which announces as many parts as would fit. */
function nested(depth: number, size: number): Buffer {
  const value = Buffer.alloc(4 + size)
  for (let level = 0, at = 4; level < depth; level += 1, at += 9) {
    value[at] = 1
    value.writeUInt32LE(7, at + 1)
    value.writeUInt32LE(Math.floor((value.length - at - 9) / 9), at + 5)
  }
  return value
}

function point(x: number, y: number): Buffer {
  const value = Buffer.alloc(25)
  value[4] = 1
  value.writeUInt32LE(1, 5)
  value.writeDoubleLE(x, 9)
  value.writeDoubleLE(y, 17)
  return value
}

describe('a geometry', () => {
  it('is read when it is sound', async () => {
    const collection = Buffer.concat([
      Buffer.from([0, 0, 0, 0, 1, 7, 0, 0, 0, 2, 0, 0, 0]),
      point(1, 2).subarray(4),
      point(3, 4).subarray(4),
    ])
    const answer = [length(1), INFO.geometry, eof(), coded(point(1, 2)), coded(collection), Buffer.from([0xfb]), eof()]
    const { error, result } = await ask(answer)
    expect(error).toBeNull()
    expect(result).toEqual([
      { a: { x: 1, y: 2 } },
      {
        a: [
          { x: 1, y: 2 },
          { x: 3, y: 4 },
        ],
      },
      { a: null },
    ])
  })

  it('is refused when collections announce more parts than there are bytes', async () => {
    const answer = [length(1), INFO.geometry, eof(), coded(nested(50, 100_000)), eof()]
    expect(violationIn(await ask(answer))).toContain('more parts than bytes')
  })

  it('is refused when it is deeper than any real one', async () => {
    const answer = [length(1), INFO.geometry, eof(), coded(nested(1000, 9000)), eof()]
    expect(violationIn(await ask(answer))).toContain('more parts than bytes')
  })
})

describe('what comes in the wrong place', () => {
  it('ends the connection: a packet that nothing had asked for', async () => {
    const { error } = await ask(() => Buffer.concat([packets(1, [ok()]), packets(0, [ok()])]), {
      act: (raw, settle) => {
        raw.on('error', settle)
        raw.query('DO 1', undefined, () => {})
      },
    })
    expect(error).toMatchObject({
      code: 'PROTOCOL_VIOLATION',
      message: expect.stringContaining('nothing had asked') as string,
    })
  })

  it('ends the connection and not the process: an error of one byte that nothing had asked for', async () => {
    const { error } = await ask(() => Buffer.concat([packets(1, [ok()]), packet(0, Buffer.from([0xff]))]), {
      act: (raw, settle) => {
        raw.on('error', settle)
        raw.query('DO 1', undefined, () => {})
      },
    })
    expect(error).toMatchObject({ code: 'PROTOCOL_VIOLATION' })
  })

  it('is told as it is: the farewell of a server, also as the answer to a statement', async () => {
    const idle = await ask(() => Buffer.concat([packets(1, [ok()]), packets(0, [failure(4031, 'inactive')])]), {
      act: (raw, settle) => {
        raw.on('error', settle)
        raw.query('DO 1', undefined, () => {})
      },
    })
    expect(idle.error).toMatchObject({ message: expect.stringContaining('inactive') as string })
    expect(idle.violations).toEqual([])
    const { error, violations } = await ask(() => packets(0, [failure(4031, 'inactive')]))
    expect(error).toMatchObject({ errno: 4031 })
    expect(violations).toEqual([])
  })

  it('ends the connection: packets out of order', async () => {
    expect(violationIn(await ask(packets(2, [ok()])))).toContain('has the number 2 and not 1')
  })

  it('ends the connection: a row as the answer to a ping', async () => {
    const act: Trial['act'] = (raw, settle) => raw.ping((error) => settle(error))
    expect(violationIn(await ask([coded('x')], { act }))).toContain('is not OK')
  })

  it.each([
    [{}],
    [
      {
        flags: ['LOCAL_FILES'],
        infileStreamFactory: () => {
          throw new Error('a file was asked for')
        },
      },
    ],
  ])('ends the connection: the wish for a local file, with %o', async (config) => {
    expect(violationIn(await ask([Buffer.from('\u00fb/etc/passwd', 'latin1')], { config }))).toContain('local file')
  })
})

describe('a login', () => {
  it.each<[string, NonNullable<Trial['greet']>, string]>([
    [
      'a greeting of a megabyte',
      (socket) => socket.write(packet(0, Buffer.alloc(1_000_000, 0x31))),
      'a packet of the login',
    ],
    ['the first words of another protocol', (socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n'), 'may not speak'],
    [
      'a greeting of another version',
      (socket) => socket.write(packet(0, Buffer.from('\u0009old\u0000'))),
      'not one of MySQL',
    ],
    ['a version without end', (socket) => socket.write(packet(0, Buffer.alloc(30_000, 10))), 'no version'],
    [
      'a version with an escape',
      (socket) => socket.write(packet(0, Buffer.from('\n8.0\u001B[2J\u0000'))),
      'not a text',
    ],
    ['a greeting of 16 MB in parts', (socket) => socket.write(packet(0, Buffer.alloc(0xff_ffff, 0x31))), 'login'],
  ])('is refused: %s', async (_, greet, message) => {
    expect(violationIn(await ask([ok()], { greet }))).toContain(message)
  })

  it('is refused when it never ends', async () => {
    const switching = Buffer.from('\u00femysql_native_password\u0000abcdefghijklmnopqrst\u0000', 'latin1')
    let sequence = 2
    const login: Trial['login'] = (_, socket) => {
      socket.write(packet(sequence, switching))
      sequence += 2
      return false
    }
    expect(violationIn(await ask([ok()], { login }))).toContain('more than 64 packets')
  })

  it('ends with an error when a plugin fails while the user is changed', async () => {
    const login = Buffer.from('\u00femine\u0000abc', 'latin1')
    const act: Trial['act'] = (raw, settle) => raw.changeUser({ user: 'other' }, settle)
    const config = {
      authPlugins: {
        mine: () => async () => {
          await Promise.resolve()
          throw new Error('no ticket')
        },
      },
    }
    const { error } = await ask([login], { act, config })
    expect(error).toMatchObject({ message: 'no ticket' })
  })
})

describe('what is long', () => {
  it('is cut in an error', async () => {
    const { error } = await ask([failure(1105, Buffer.alloc(10_000_000, 'x'))])
    expect(error).toMatchObject({ errno: 1105 })
    expect(error?.message.length).toBeLessThan(10_000)
  })

  it('is refused in an answer without rows', async () => {
    expect(violationIn(await ask([ok(0, coded(Buffer.alloc(2_000_000, 0x20)))]))).toContain('without rows')
  })

  it('is refused in descriptions of columns', async () => {
    const name = 'x'.repeat(20_000)
    expect(
      violationIn(await ask([length(200), ...Array.from({ length: 200 }, () => column({ name })), eof()])),
    ).toContain('all columns')
  })

  it('ends the connection when it would fill the memory', async () => {
    const answer = [
      length(1),
      column(),
      eof(),
      ...Array.from({ length: 20 }, () => coded(Buffer.alloc(1_000_000, 0x31))),
    ]
    expect(violationIn(await ask(answer, { fullness: () => 0.9 }))).toContain('memory of this process')
    expect((await ask([...answer, eof()], { fullness: () => 0.5 })).error).toBeNull()
  })

  it('ends the connection when it would fill the memory in small pieces', async () => {
    const head = [length(1), column(), eof()]
    const row = coded(Buffer.alloc(1000, 0x31))
    let receive: (chunk: Buffer) => void = () => {}
    const act: Trial['act'] = (raw, settle) => {
      raw.query('SELECT 1', undefined, settle)
      const connection = raw as unknown as { packetParser: { execute(chunk: Buffer): void } }
      receive = (chunk) => connection.packetParser.execute(chunk)
    }
    const answer: Answering = () => {
      for (let at = 1; at < 17_000; at += 1) receive(packets(at % 256, [head[at - 1] ?? row]))
      return undefined
    }
    expect(violationIn(await ask(answer, { act, fullness: () => 0.9 }))).toContain('memory of this process')
  })
})

describe('a flood', () => {
  it('of answers, each with other columns, leaves the loop to others', async () => {
    const answers = Array.from({ length: 1500 }, (_, index) => rows([{ name: `c${index}` }], [['1']], MORE_RESULTS))
    const { error, blocked } = await ask(packets(1, [...answers.flat(), ok()]))
    expect(error).toBeNull()
    expect(blocked).toBeLessThan(300)
  })

  it('of rows leaves the loop to others, and brings all of them', async () => {
    const many = Array.from({ length: 100_000 }, (_, index) => coded(String(index)))
    const { error, blocked, result } = await ask(packets(1, [length(1), column(), eof(), ...many, eof()]))
    expect(error).toBeNull()
    expect(result).toHaveLength(100_000)
    expect((result as { a: string }[]).at(-1)).toEqual({ a: '99999' })
    expect(blocked).toBeLessThan(300)
  })

  it('of results for one statement is ended', async () => {
    expect(
      violationIn(
        await ask(
          packets(
            1,
            Array.from({ length: 70_000 }, () => ok(MORE_RESULTS)),
          ),
        ),
      ),
    ).toContain('results')
  })
})

describe('a compressed connection', () => {
  const config = { compress: true }
  const greeting = { compress: true }

  /** The frames of the compressed protocol around bytes of the other. */
  function frames(parts: readonly Buffer[]): Buffer {
    return Buffer.concat(
      parts.map((bytes, index) => {
        const body = deflateSync(bytes)
        const header = Buffer.alloc(7)
        header.writeUIntLE(body.length, 0, 3)
        header[3] = index + 1
        header.writeUIntLE(bytes.length, 4, 3)
        return Buffer.concat([header, body])
      }),
    )
  }

  /** The server's side gets frames, too, and takes each for a statement. */
  const answered =
    (bytes: Buffer): Answering =>
    ({ index }) =>
      index === 0 ? bytes : undefined

  it('brings rows in order, and leaves the loop to others', async () => {
    const many = Array.from({ length: 150_000 }, (_, index) => coded(String(index)))
    const bytes = frames([packets(1, [length(1), column(), eof(), ...many, eof()])])
    const { error, result, blocked } = await ask(answered(bytes), { config, greeting })
    expect(error).toBeNull()
    expect(result).toHaveLength(150_000)
    expect((result as { a: string }[]).every(({ a }, index) => a === String(index))).toBe(true)
    expect(blocked).toBeLessThan(500)
  })

  it('is watched as another', async () => {
    expect(violationIn(await ask(answered(frames([packets(1, [length(5000)])])), { config, greeting }))).toContain(
      '5000 columns',
    )
  })

  it('takes no more from the socket than it can inflate', async () => {
    // A row of 16 MB after the other.
    const begin = frames([packets(1, [length(1), column(), eof()])])
    const [frame] = [frames([packet(4, Buffer.concat([length(0xff_fe00), Buffer.alloc(0xff_fe00)]))])]
    const bomb = Buffer.concat([begin, ...Array.from({ length: 60 }, () => frame)])
    let looks = 0
    let most = 0
    let connection: { inflateQueue?: { _queue: unknown[] } } | undefined
    const act: Trial['act'] = (raw, settle) => {
      connection = raw as unknown as typeof connection
      raw.query('SELECT 1', undefined, settle)
    }
    const fullness = (): number => {
      looks += 1
      most = Math.max(most, connection?.inflateQueue?._queue.length ?? 0)
      return looks < 12 ? 0 : 1
    }
    expect(violationIn(await ask(answered(bomb), { config, greeting, act, fullness }))).toContain('memory')
    // 16 kB each, of which a chunk of the socket has four.
    expect(most).toBeGreaterThan(0)
    expect(most).toBeLessThan(20)
  })
})

describe('what comes with the greeting, before TLS', () => {
  it('is not taken for what comes through it', async () => {
    const greet: Trial['greet'] = (socket) => socket.write(Buffer.concat([packets(0, [withTls()]), packets(2, [ok()])]))
    const { error } = await ask([ok()], { greet, config: { ssl: { rejectUnauthorized: false } } })
    // mysql2 gives what happens at that point a code of its own.
    expect(error).toMatchObject({ fatal: true, message: expect.stringContaining('before TLS') as string })
  })

  function withTls(): Buffer {
    const bytes = Buffer.from(greetingBytes())
    const flags = bytes.indexOf(0, 1) + 14
    bytes.writeUInt16LE(bytes.readUInt16LE(flags) | 0x800, flags)
    return bytes
  }
})
