import { rmSync } from 'node:fs'
import { ControlChannel, runOnSocket, type ControlRow } from '../control-channel.js'
import { LocalServer, type LaunchCommand, type LocalServerOptions } from '../local-server.js'
import { poll } from '../polling.js'
import type { Dialect, SourceAccess } from './dialect.js'
import { transactionsIn } from './position.js'
import type { StartConfig } from './replication-config.js'
import { fillsRole, parseFollowing, type ReplicationStatus } from './replication-status.js'

const STATUS_TIMEOUT = 2_000
const SHUTDOWN_TIMEOUT = 60_000
const MOST_SERVERS = 10
const ROLE_TIMEOUT = 60_000
/** Seconds, as both kinds of server count them. */
const CATCH_UP_TIMEOUT = 30

export interface ReplicationServerOptions extends Omit<LocalServerOptions, 'shutdownTimeout'> {
  readonly dialect: Dialect
  /** Counted from 0. */
  readonly index: number
  /** What starts it. */
  readonly command: (config: StartConfig) => LaunchCommand
  /** Makes its directory as it was in the beginning. */
  readonly layOut: () => Promise<void>
  /** The `host:port` that it has to follow; undefined while it is the source. */
  readonly source: () => string | undefined
}

/** One server of a source and its replicas: faults to put on it, and the steps that an operator takes. */
export class ReplicationServer extends LocalServer {
  readonly #options: ReplicationServerOptions
  /** As its configuration has it: what it does when it is started again. */
  #readOnlyAtStart = false
  /** How often it has been made. */
  #lives = 0

  constructor(options: ReplicationServerOptions) {
    super({ ...options, shutdownTimeout: SHUTDOWN_TIMEOUT })
    this.#options = options
  }

  /** Starts the server, when it is down, in the role that it had last; by default waits until it fills its role. */
  async start({ wait = true }: { readonly wait?: boolean } = {}): Promise<void> {
    const { index, command: commandOf } = this.#options
    // Made anew it copies what it wrote in an earlier life, and must not take that for its own.
    const command = commandOf({ readOnly: this.#readOnlyAtStart, serverId: this.#lives * MOST_SERVERS + index + 1 })
    await this.launchBy(command, async () => (await this.#ask()) !== undefined)
    if (wait) await this.waitUntilUsable(ROLE_TIMEOUT)
  }

  /** Throws away all that the server has, and starts it as it was in the beginning. */
  async startAfresh({ readOnly }: { readonly readOnly: boolean }): Promise<void> {
    await this.kill()
    this.#readOnlyAtStart = readOnly
    rmSync(this.files.directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
    await this.#options.layOut()
    this.#lives += 1
    await this.start({ wait: false })
  }

  /** What it says of its replication; `undefined` when it is down, frozen or silent. */
  async status(): Promise<ReplicationStatus | undefined> {
    return this.canAnswer() ? this.#ask() : undefined
  }

  /** Whether it does all that its role asks for: a source takes writes, a replica follows the source and lags not at all. */
  async isUsable(): Promise<boolean> {
    const status = await this.status()
    return status !== undefined && fillsRole(status, this.#options.source())
  }

  /** Throws, with the server's last log lines, when it does not become usable in time. */
  async waitUntilUsable(timeout: number): Promise<void> {
    const usable = await poll(async () => (await this.isUsable()) || undefined, { timeout })
    if (!usable) throw this.failure(`was not usable within ${timeout} ms (${JSON.stringify(await this.status())})`)
  }

  /** Lets it refuse writes, or take them, now and when it is started again. */
  async setReadOnly(on: boolean): Promise<void> {
    await this.sql(this.#options.dialect.readOnly(on))
    this.#readOnlyAtStart = on
  }

  /** Stops both threads of its replication. */
  async stopReplication(): Promise<void> {
    await this.sql(this.#options.dialect.stop)
  }

  /** Stops the thread that receives; what it has is still applied. */
  async stopReceiving(): Promise<void> {
    await this.sql(this.#options.dialect.stopReceiving)
  }

  async startReplication(): Promise<void> {
    await this.sql(this.#options.dialect.start)
  }

  /** Makes it a replica of this source, from where its own history ends. */
  async follow(source: SourceAccess): Promise<void> {
    await this.stopReplication()
    for (const sql of this.#options.dialect.follow(source)) await this.sql(sql)
    await this.startReplication()
  }

  /** Makes a replica a server that follows no other. */
  async forgetSource(): Promise<void> {
    await this.stopReplication()
    await this.sql(this.#options.dialect.forget)
  }

  /** All that it has executed, in the words of its kind. */
  async position(): Promise<string> {
    const [row] = await this.sql(this.#options.dialect.position)
    return textOf(row, 'position')
  }

  /** How many transactions it has executed. */
  async transactions(): Promise<number> {
    return transactionsIn(await this.position())
  }

  /** Waits until a replica has executed all that it has received. */
  async applyReceived(): Promise<void> {
    const [status] = await this.#statusRows()
    const received = textOf(status, this.#options.dialect.received)
    if (received !== '') await this.reach(received)
  }

  /** Waits until a replica has executed all of a position. */
  async reach(position: string): Promise<void> {
    const sql = this.#options.dialect.waitFor(position, CATCH_UP_TIMEOUT)
    const [row] = await runOnSocket(this.files.socket, sql, (CATCH_UP_TIMEOUT + 5) * 1000)
    if (Number(row?.['late']) !== 0) throw this.failure(`did not reach ${position} within ${CATCH_UP_TIMEOUT} s`)
  }

  /** Keeps a replica from applying what is written to a table, as a long statement does: it lags more and more until disposed of. */
  async holdUp(table: string): Promise<AsyncDisposable> {
    const channel = new ControlChannel(this.files.socket, STATUS_TIMEOUT)
    await channel.run(`LOCK TABLES ${table} READ`)
    return channel
  }

  async #ask(): Promise<ReplicationStatus | undefined> {
    try {
      const [status] = await this.#statusRows()
      const [row] = await runOnSocket(this.files.socket, 'SELECT @@GLOBAL.read_only AS read_only', STATUS_TIMEOUT)
      return { readOnly: Number(row?.['read_only']) !== 0, following: parseFollowing(status) }
    } catch {
      return undefined
    }
  }

  #statusRows(): Promise<readonly ControlRow[]> {
    return runOnSocket(this.files.socket, this.#options.dialect.status, STATUS_TIMEOUT)
  }
}

function textOf(row: ControlRow | undefined, column: string): string {
  const value = row?.[column]
  return typeof value === 'string' ? value : ''
}
