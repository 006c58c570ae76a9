import {
  createPool,
  ErrorClass,
  errorClassOf,
  type HostOptions,
  isHostpoolError,
  type Lease,
  type Pool,
  type PoolOptions,
  type ServerAnswer,
} from '@mysql-hostpool/core'

import { within } from '../../deadline.js'

/** Milliseconds by which one limit comes behind another. */
const GRACE = 250
/** Milliseconds between probes: a host is asked again once more is known of the others. */
export const PROBE_INTERVAL = 100
/** Milliseconds for saying goodbye. */
const ENDING = 500

/** Everything as text, whatever the pool's own options say. */
const DECODING = {
  supportBigNumbers: true,
  bigNumberStrings: true,
  dateStrings: true,
  jsonStrings: true,
  typeCast: true,
  rowsAsArray: true,
  nestTables: false,
} as const

/**
 * A pool with the options of the one that is examined in all that concerns login and session, and in nothing else.
 * @param hosts - undefined for a pool that is reached by a socket
 */
export function probingPool(
  options: PoolOptions,
  hosts: readonly (string | HostOptions)[] | undefined,
  probe: 'off' | 'on',
  timeout: number,
): Pool {
  const { health = {}, socketPath, ...others } = options
  const pool = createPool({
    ...others,
    // Members of a cluster that is reached by a socket have addresses.
    ...(hosts === undefined ? { socketPath } : { host: hosts }),
    discovery: false,
    connectionLimit: 1,
    minIdle: 0,
    maxIdle: 1,
    queueLimit: 0,
    waitForConnections: true,
    // A selector that the application has written is not asked.
    selector: 'random',
    retryReads: false,
    hedgeReads: false,
    leakDetectionThreshold: 0,
    connectTimeout: timeout,
    // The connect is to fail first: it knows why.
    acquireTimeout: timeout + GRACE,
    noHostTimeout: 0,
    endTimeout: 0,
    health: {
      ...health,
      // A node that no pool would use is asked all the same. And a pool without probes is told what they would find.
      probe: probe === 'off' ? false : health.probe === false ? 'auto' : (health.probe ?? 'auto'),
      timeout,
      interval: PROBE_INTERVAL,
      retryInterval: PROBE_INTERVAL,
    },
  })
  // What its warnings say is found out by the checks.
  pool.on('warning', () => undefined)
  return pool
}

/** One connection to one host, for questions. Each is answered, or fails, in bounded time. */
export class HostLine {
  readonly #pool: Pool
  readonly #lease: Lease
  readonly #timeout: number
  /** On the clock of `performance.now()`. */
  readonly #until: number
  /** What ended it. */
  #lost: unknown

  private constructor(pool: Pool, lease: Lease, timeout: number) {
    this.#pool = pool
    this.#lease = lease
    this.#timeout = timeout
    this.#until = performance.now() + 3 * timeout
  }

  /** @throws what the connect came to, or `Late` */
  static async open(options: PoolOptions, host: string | HostOptions | undefined, timeout: number): Promise<HostLine> {
    const pool = probingPool(options, host === undefined ? undefined : [host], 'off', timeout)
    try {
      const lease = await within(pool.getConnection({ access: 'read', decoding: DECODING }), timeout + 2 * GRACE)
      return new HostLine(pool, lease, timeout)
    } catch (error) {
      await endInTime(pool)
      throw error
    }
  }

  get serverVersion(): string {
    return this.#lease.serverVersion
  }

  /** @throws the server's error; a timeout, after which nothing more can be asked */
  readonly ask = async (sql: string): Promise<ServerAnswer> => {
    if (this.#lost !== undefined) throw this.#lost
    // All questions together have their limit as well.
    const timeout = Math.max(1, Math.min(this.#timeout, Math.ceil(this.#until - performance.now())))
    try {
      const query = this.#lease.query<unknown[][]>({ sql, timeout, access: 'read', rowsAsArray: true })
      const [rows, fields] = await within(query, timeout + GRACE)
      return { columns: fields.map(({ name }) => name), rows: rows.map((row) => row.map(cellOf)) }
    } catch (error) {
      // The next question would wait for a new connection first, and so would each after it.
      if (!isRefusal(error)) this.#lost = error
      throw error
    }
  }

  async end(): Promise<void> {
    this.#lease.destroy()
    await endInTime(this.#pool)
  }
}

/** Whether the server has answered, and goes on: an error about the question alone. */
function isRefusal(error: unknown): boolean {
  const errorClass = errorClassOf(error)
  return !isHostpoolError(error) && (errorClass === ErrorClass.statement || errorClass === ErrorClass.configuration)
}

/** Ends a pool, whatever state its host is in. */
export async function endInTime(pool: Pool): Promise<void> {
  await within(pool.end(), ENDING).catch(() => undefined)
}

function cellOf(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (Buffer.isBuffer(value)) return value.toString('utf8')
  return typeof value === 'string' ? value : JSON.stringify(value)
}
