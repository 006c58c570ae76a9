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

/** Milliseconds between the limit of an inner step and that of the step around it, so that the inner one fails first. */
const GRACE = 250
/**
 * Milliseconds between probes. A host is probed again after the others, since its verdict depends on what they say of the
 * cluster.
 */
export const PROBE_INTERVAL = 100
/** Milliseconds that the end of a pool may take. */
const ENDING = 500

/** Options of decoding that give every value as text, whatever the options of the examined pool are. */
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
 * A pool with the login and the session of the examined pool, and with options of its own otherwise.
 * @param hosts - undefined for a pool that connects through a Unix socket
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
    // Members of the cluster have addresses, also where the pool connects through a Unix socket.
    ...(hosts === undefined ? { socketPath } : { host: hosts }),
    discovery: false,
    connectionLimit: 1,
    minIdle: 0,
    maxIdle: 1,
    queueLimit: 0,
    waitForConnections: true,
    // A selector function of the application is not called.
    selector: 'random',
    retryReads: false,
    hedgeReads: false,
    leakDetectionThreshold: 0,
    connectTimeout: timeout,
    // The connect has to fail before the acquire: its error has the reason.
    acquireTimeout: timeout + GRACE,
    noHostTimeout: 0,
    endTimeout: 0,
    health: {
      ...health,
      // With probes off, the pool connects to a node too that no pool would use. With probes on, a pool that is configured
      // without probes is told what they would find.
      probe: probe === 'off' ? false : health.probe === false ? 'auto' : (health.probe ?? 'auto'),
      timeout,
      interval: PROBE_INTERVAL,
      retryInterval: PROBE_INTERVAL,
    },
  })
  // The checks find out what the warnings of this pool would say.
  pool.on('warning', () => undefined)
  return pool
}

/** One connection to one host, for questions. Each question is answered, or fails, in bounded time. */
export class HostLine {
  readonly #pool: Pool
  readonly #lease: Lease
  readonly #timeout: number
  /** The time at which all questions end, as `performance.now()` gives it. */
  readonly #until: number
  /** The error that has ended the connection. */
  #lost: unknown

  private constructor(pool: Pool, lease: Lease, timeout: number) {
    this.#pool = pool
    this.#lease = lease
    this.#timeout = timeout
    this.#until = performance.now() + 3 * timeout
  }

  /** @throws the error of the connect, or `Late` */
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

  /** @throws the server's error; or a timeout, after which every further question fails at once */
  readonly ask = async (sql: string): Promise<ServerAnswer> => {
    if (this.#lost !== undefined) throw this.#lost
    // The questions have a limit of time together as well.
    const timeout = Math.max(1, Math.min(this.#timeout, Math.ceil(this.#until - performance.now())))
    try {
      const query = this.#lease.query<unknown[][]>({ sql, timeout, access: 'read', rowsAsArray: true })
      const [rows, fields] = await within(query, timeout + GRACE)
      return { columns: fields.map(({ name }) => name), rows: rows.map((row) => row.map(cellOf)) }
    } catch (error) {
      // Without this, each further question would first wait for a new connection.
      if (!isRefusal(error)) this.#lost = error
      throw error
    }
  }

  async end(): Promise<void> {
    this.#lease.destroy()
    await endInTime(this.#pool)
  }
}

/** Whether the server has refused the question alone, and answers the next one. */
function isRefusal(error: unknown): boolean {
  const errorClass = errorClassOf(error)
  return !isHostpoolError(error) && (errorClass === ErrorClass.statement || errorClass === ErrorClass.configuration)
}

/** Ends a pool in bounded time, whatever state its host is in. */
export async function endInTime(pool: Pool): Promise<void> {
  await within(pool.end(), ENDING).catch(() => undefined)
}

function cellOf(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (Buffer.isBuffer(value)) return value.toString('utf8')
  return typeof value === 'string' ? value : JSON.stringify(value)
}
