import type { PoolOptions } from '../config/options.js'
import { resolveConfig } from '../config/pool-config.js'
import { Hostpool } from '../hostpool.js'
import { VirtualClock } from './virtual-clock.js'
import type { Lease } from '../lease/lease.js'
import { type Asked, type Reply, type ToldConnection, ScriptedDriver } from './scripted-driver.js'

/** The state of a promise. */
export interface Outcome {
  settled: boolean
  value: unknown
  /** `code` or `errno` of the error that it was rejected with. */
  failure: unknown
  error: unknown
}

/**
 * A pool on servers that a test directs. All statements are noted in their order, `a1 SELECT 1` for the first connection to host
 * a, and are answered at once unless the test holds them.
 */
export class SessionWorld {
  readonly clock: VirtualClock
  readonly pool: Hostpool
  readonly driver: ScriptedDriver
  /** The commands that have reached the servers, without those that set a connection up or ask for the kind of the server. */
  readonly sent: string[] = []
  readonly asked: Asked[] = []
  readonly #replies: { readonly text: string; readonly reply: Reply | 'is held' }[] = []

  constructor(options: Partial<PoolOptions> = {}, clock = new VirtualClock()) {
    this.clock = clock
    this.driver = new ScriptedDriver(
      (asked) => this.#reply(asked),
      (asked) => this.#note(asked),
    )
    const given = {
      host: 'a,b',
      user: 'shop',
      database: 'shop',
      selector: 'ordered',
      health: { probe: false },
    } as const
    this.pool = new Hostpool(resolveConfig({ ...given, ...options }), {
      clock: this.clock,
      random: () => 0.5,
      driver: this.driver,
    })
  }

  /** Sets the answer to the next command with this text in it. All other commands succeed. */
  once(text: string, reply: Reply): void {
    this.#replies.push({ text, reply })
  }

  /** Holds the next command with this text in it, until the test has its connection answer. */
  hold(text: string): void {
    this.#replies.push({ text, reply: 'is held' })
  }

  /** The connection of this name: `a1` is the first connection to host a. */
  connection(name: string): ToldConnection {
    const found = this.driver.connections.find((one) => one.name === name)
    if (found === undefined) throw new Error(`There is no connection ${name}`)
    return found
  }

  /** Waits until no promise is left that could settle. */
  async rest(milliseconds = 20): Promise<void> {
    for (let step = 0; step < 5; step += 1) await this.clock.flow(milliseconds / 5)
    for (let turn = 0; turn < 20; turn += 1) await this.clock.flow(0)
  }

  async lease(options?: Parameters<Hostpool['getConnection']>[0]): Promise<Lease> {
    const { value } = await this.over(this.pool.getConnection(options))
    return value as Lease
  }

  /** Follows a promise, whose rejection is then not unhandled. */
  outcome(promise: Promise<unknown>): Outcome {
    const seen: Outcome = { settled: false, value: undefined, failure: undefined, error: undefined }
    promise.then(
      (value) => Object.assign(seen, { settled: true, value }),
      (error: unknown) => Object.assign(seen, { settled: true, failure: nameOf(error), error }),
    )
    return seen
  }

  /** The state of a promise once no other promise can settle. */
  async over(promise: Promise<unknown>): Promise<Outcome> {
    const seen = this.outcome(promise)
    await this.rest()
    return seen
  }

  #reply(asked: Asked): Reply | undefined {
    const place = this.#replies.findIndex(({ text }) => asked.sql.includes(text))
    if (place < 0) return asked.sql.startsWith('SELECT') ? [{ value: asked.sql }] : isAboutServer(asked) ? [] : {}
    const [told] = this.#replies.splice(place, 1)
    return told === undefined || told.reply === 'is held' ? undefined : told.reply
  }

  #note(asked: Asked): void {
    this.asked.push(asked)
    if (!asked.sql.startsWith('SET session_track') && !isAboutServer(asked))
      this.sent.push(`${asked.connection.name} ${asked.sql}`)
  }
}

/** Whether a statement asks for the kind of the server. */
function isAboutServer({ sql }: Asked): boolean {
  return sql.startsWith('SHOW GLOBAL VARIABLES')
}

/** The rows of a stream, once it has ended. */
export async function rowsOf(stream: AsyncIterable<unknown>): Promise<readonly unknown[]> {
  const rows: unknown[] = []
  for await (const row of stream) rows.push(row)
  return rows
}

function nameOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  if ('code' in error && error.code !== undefined) return error.code
  return 'errno' in error ? error.errno : error.message
}
