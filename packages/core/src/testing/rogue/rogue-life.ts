import { probeNames } from '../../config/probe-names.js'
import { createPool } from '../../create-pool.js'
import type { Random } from '../../selectors/selector.js'
import type { Pool } from '../../pool.js'
import { between, createRandom, oneOf } from '../random.js'
import { mischief } from './mischief.js'
import { Command, type Request, RogueServer } from './rogue-server.js'
import { Column, column, eof, greeting, length, ok, packets, prepared, rows } from './wire.js'

/** Milliseconds that a call may take on a busy machine. The time limits of the pool are far shorter. */
const PATIENCE = 8_000

const TASKS = 40

/** The result of a life of a pool among rogue servers. */
export interface RogueLife {
  /** The requests that had no answer. */
  readonly unsettled: readonly string[]
  /** The status of the pool before its end, as JSON. */
  readonly status: string
  /** The files that servers asked the application for. */
  readonly files: number
  /** The names of the servers' mischiefs. */
  readonly mischiefs: readonly string[]
  /** The longest time in milliseconds for which the event loop was blocked, the servers' own work included. */
  readonly blocked: number
  /** The length of the longest text in a status or an event. */
  readonly longestText: number
}

/** A pool and two servers, which follow the protocol until a random moment and then send anything. */
export async function liveAmongRogues(seed: number): Promise<RogueLife> {
  const random = createRandom(seed)
  const done: string[] = []
  const servers = [await rogue(createRandom(seed + 1), done), await rogue(createRandom(seed + 2), done)]
  let files = 0
  let longestText = 0
  const infileStreamFactory = (): never => {
    files += 1
    throw new Error('a file was asked for')
  }
  const pool = createPool({
    host: servers.map(({ host }) => host),
    user: 'u',
    password: 'p',
    connectionLimit: 4,
    acquireTimeout: 400,
    connectTimeout: 400,
    endTimeout: 300,
    health: {
      probe: oneOf(random, ['auto', ...probeNames]),
      interval: 250,
      retryInterval: 100,
      timeout: 200,
    },
    ...(random() < 0.5 ? { flags: ['LOCAL_FILES'], infileStreamFactory } : {}),
    compress: random() < 0.2,
  })
  const hear = (event: unknown): void => {
    longestText = Math.max(longestText, ...texts(event).map((text) => text.length))
  }
  for (const name of ['hostUp', 'hostDown', 'hostSuspect', 'warning'] as const) pool.on(name, hear)
  const delay = watchDelay()
  const unsettled: string[] = []
  const begin = (work: Readonly<Record<string, Task>>, count: number): Promise<void>[] =>
    Array.from({ length: count }, (_, index) => {
      const name = oneOf(random, Object.keys(work))
      const later = between(random, 0, 600)
      return within(`${index} ${name}, begun after ${later} ms`, unsettled, async () => {
        await pause(later)
        await work[name]?.(pool)
      })
    })
  const unlimited = begin(withoutLimit, TASKS / 8)
  await Promise.all(begin(withLimits, TASKS))
  // A call without a time limit waits while the server answers probes, and no longer than until the server ends the connection.
  for (const server of servers) server.hangUp()
  await Promise.all(unlimited)
  hear(pool.status())
  const status = JSON.stringify(pool.status())
  await within('the end of the pool', unsettled, () => pool.end())
  const blocked = delay.stop()
  for (const server of servers) await server.stop()
  return { unsettled, status, files, mischiefs: done, blocked, longestText }
}

type Task = (pool: Pool) => Promise<unknown>

const withoutLimit: Readonly<Record<string, Task>> = {
  transaction: (pool) =>
    pool.transaction(async (transaction) => {
      await transaction.query({ sql: 'SELECT a FROM t', timeout: 500 })
      await transaction.execute({ sql: 'INSERT INTO t VALUES (?)', values: [1], timeout: 500 })
    }),
}

const withLimits: Readonly<Record<string, Task>> = {
  query: (pool) => pool.query({ sql: 'SELECT a FROM t', timeout: 500 }),
  write: (pool) => pool.query({ sql: 'INSERT INTO t VALUES (1)', timeout: 500 }),
  execute: (pool) => pool.execute({ sql: 'SELECT a FROM t WHERE a = ?', values: [1], timeout: 500 }),
  'execute again': async (pool) => {
    for (let turn = 0; turn < 3; turn += 1)
      await pool.execute({ sql: 'SELECT a FROM t WHERE b = ?', values: [turn], timeout: 500 })
  },
  stream: (pool) =>
    pool.withConnection(async (lease) => {
      const stream = lease.stream({ sql: 'SELECT a FROM t', timeout: 500 })
      const timer = setTimeout(() => stream.destroy(new Error('a stream without an end')), 700)
      try {
        for await (const row of stream) if (row === null) break
      } finally {
        clearTimeout(timer)
      }
    }),
  'a lease': (pool) =>
    pool.withConnection(async (lease) => {
      await lease.query({ sql: 'SET @a = 1', timeout: 500 })
      await Promise.all([1, 2, 3].map((value) => lease.query({ sql: `SELECT ${value}`, timeout: 500 })))
    }),
}

async function within(name: string, unsettled: string[], act: () => Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      unsettled.push(name)
      resolve()
    }, PATIENCE)
  })
  await Promise.race([act().catch(() => {}), patience])
  clearTimeout(timer)
}

async function rogue(random: Random, done: string[]): Promise<RogueServer> {
  let good = between(random, 0, 25)
  const turns = (): boolean => {
    good -= 1
    // Now and then the server follows the protocol again.
    return good < 0 && random() < 0.4
  }
  const misbehave = (right: readonly Buffer[], sequence: number): Buffer | undefined | null => {
    const { name, bytes } = mischief(random, right, sequence)
    done.push(name)
    return bytes
  }
  return RogueServer.start(
    (request, socket) => {
      const right = rightAnswer(request)
      const bytes = turns() ? misbehave(right, 1) : packets(1, right)
      if (bytes === null) socket.destroy()
      return bytes ?? undefined
    },
    {
      greet: (socket) => {
        const right = [greeting()]
        const bytes = random() < 0.1 && turns() ? misbehave(right, 0) : packets(0, right)
        if (bytes === null) socket.destroy()
        else if (bytes !== undefined) socket.write(bytes)
      },
      login: (_, socket) => {
        const bytes = random() < 0.2 && turns() ? misbehave([ok()], 2) : packets(2, [ok()])
        if (bytes === null) socket.destroy()
        else if (bytes !== undefined) socket.write(bytes)
        return true
      },
    },
  )
}

function rightAnswer({ command, text }: Request): Buffer[] {
  switch (command) {
    case Command.prepare:
      return prepared(1, text.startsWith('SELECT') ? [{ type: Column.long }] : [], 1)
    case Command.execute:
      return [length(1), column({ type: Column.long }), eof(), Buffer.from([0, 0, 7, 0, 0, 0]), eof()]
    case Command.query:
      if (text.includes('READ_ONLY')) return rows([{ name: 'name' }, { name: 'value' }], [['READ_ONLY', '0']])
      if (text.includes('SHOW')) return rows([{ name: 'name' }, { name: 'value' }], [])
      return text.includes('SELECT')
        ? rows(
            [{}, { name: 'b', type: Column.long }],
            [
              ['x', '1'],
              [null, '2'],
            ],
          )
        : [ok()]
    default:
      return [ok()]
  }
}

function watchDelay(): { stop(): number } {
  let worst = 0
  let last = performance.now()
  const timer = setInterval(() => {
    worst = Math.max(worst, performance.now() - last - 5)
    last = performance.now()
  }, 5)
  return {
    stop: () => {
      clearInterval(timer)
      return worst
    },
  }
}

/** All texts inside of a value. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (value instanceof Error) return []
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : []
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
