import { rmSync } from 'node:fs'
import { runOnSocket, type ControlRow } from '../control-channel.js'
import { errorMessage } from '../error-text.js'
import { lastLines, type NodeFiles, readProcess, readText, writeProcess } from '../node-files.js'
import { poll } from '../polling.js'
import { identify, isAlive, isStopped, type ProcessIdentity, signalQuietly } from '../process-table.js'
import { spawnServer } from '../server-process.js'
import { GROUP_STATUS_SQL, type GroupStatus, isServing, parseGroupStatus } from './group-status.js'
import type { MySqlInstallation } from './mysql-installation.js'

const SQL_TIMEOUT = 10_000
const STATUS_TIMEOUT = 2_000
const END_TIMEOUT = 10_000
const SHUTDOWN_TIMEOUT = 60_000
const START_TIMEOUT = 60_000
/** The others hold the earlier life of a killed member for a member for some seconds, and take it in only after that. */
const JOIN_TIMEOUT = 90_000
const JOIN_PAUSE = 250

export interface GroupNodeOptions {
  readonly name: string
  readonly host: string
  readonly port: number
  readonly files: NodeFiles
  readonly installation: MySqlInstallation
  /** The server's arguments. */
  readonly settings: readonly string[]
  readonly setpriv: string | undefined
  /** The account by which members copy from each other. */
  readonly recovery: { readonly user: string; readonly password: string }
}

/** One server of a MySQL group: faults to put on it, and what can be seen of it. */
export class GroupNode {
  readonly name: string
  readonly host: string
  readonly port: number
  readonly #options: GroupNodeOptions
  #joining: Promise<void> | undefined
  #givenUp = false

  constructor(options: GroupNodeOptions) {
    this.#options = options
    this.name = options.name
    this.host = options.host
    this.port = options.port
  }

  get address(): string {
    return `${this.host}:${this.port}`
  }

  get pid(): number | undefined {
    return this.#process()?.pid
  }

  /** Ends the server as a power cut would (SIGKILL). */
  async kill(): Promise<void> {
    await this.#end(['SIGKILL'], END_TIMEOUT)
  }

  /** Shuts the server down as its administrator would, and waits for its end. */
  async shutdown(): Promise<void> {
    await this.#end(['SIGCONT', 'SIGTERM'], SHUTDOWN_TIMEOUT)
  }

  /** Lets the server hang (SIGSTOP): its connections stay open and nothing is answered. */
  async freeze(): Promise<void> {
    const server = this.#running('freeze')
    signalQuietly(server.pid, 'SIGSTOP')
    const stopped = await poll(() => isStopped(server) || undefined, { timeout: END_TIMEOUT, interval: 5 })
    if (!stopped) throw this.#failure('did not stop')
  }

  /** Lets a frozen server go on. */
  thaw(): void {
    signalQuietly(this.#running('thaw').pid, 'SIGCONT')
  }

  /** Starts the server, when it is down, and lets it join the group; by default waits until it is a full member. */
  async start({ wait = true }: { readonly wait?: boolean } = {}): Promise<void> {
    await this.launch()
    // Who does not wait still wants it to join.
    this.#joining ??= this.#join().finally(() => {
      this.#joining = undefined
    })
    this.#joining.catch(() => undefined)
    if (!wait) return
    await this.#joining
    await this.waitUntilUsable(START_TIMEOUT)
  }

  /** Founds the group with this node. */
  async bootstrap(): Promise<void> {
    await this.launch()
    await this.sql('SET GLOBAL group_replication_bootstrap_group = ON')
    await this.#startReplication()
    await this.sql('SET GLOBAL group_replication_bootstrap_group = OFF')
    await this.waitUntilUsable(START_TIMEOUT)
  }

  /** Starts the server alone, and waits until it answers. */
  async launch(): Promise<void> {
    if (this.#process() !== undefined) return
    const { installation, files, settings, setpriv } = this.#options
    for (const stale of [files.process, files.socket]) rmSync(stale, { force: true })
    const [program = '', ...args] = [...installation.command, '--no-defaults', ...installation.settings, ...settings]
    const how = { directory: files.directory, output: files.output }
    const child = await spawnServer({ account: undefined, setpriv }, program, args, how)
    const identity = child.pid === undefined ? undefined : identify(child.pid)
    if (identity) writeProcess(files, identity)
    const answers = await poll(
      async () => {
        if (this.#process() === undefined) throw this.#failure('ended while it started')
        return (await this.#ask()) && true
      },
      { timeout: START_TIMEOUT },
    )
    if (answers !== true) throw this.#failure(`did not answer within ${START_TIMEOUT} ms`)
  }

  /** Runs a statement as root over the Unix socket, which no network fault touches; bounded to ten seconds. */
  async sql(statement: string): Promise<readonly ControlRow[]> {
    return runOnSocket(this.#options.files.socket, statement, SQL_TIMEOUT)
  }

  /** What it says of the group; `undefined` when it is down, frozen or silent. */
  async status(): Promise<GroupStatus | undefined> {
    const server = this.#process()
    return server === undefined || isStopped(server) ? undefined : this.#ask()
  }

  /** Whether it is a member that serves what its role lets it. */
  async isUsable(): Promise<boolean> {
    const status = await this.status()
    return status !== undefined && isServing(status)
  }

  /** Throws, with the server's last log lines, when it does not become usable in time. */
  async waitUntilUsable(timeout: number): Promise<void> {
    const usable = await poll(async () => (await this.isUsable()) || undefined, { timeout })
    if (!usable) throw this.#failure(`was not usable within ${timeout} ms (${JSON.stringify(await this.status())})`)
  }

  /** Ends the server for good: what waits for it to join gives up. */
  async dispose(): Promise<void> {
    this.#givenUp = true
    await this.kill()
    await this.#joining?.catch(() => undefined)
  }

  async #join(): Promise<void> {
    let last: unknown
    const joined = await poll(
      async () => {
        if (this.#givenUp || this.#process() === undefined) throw this.#failure('was ended while it joined')
        const state = (await this.status())?.state
        if (state === 'ONLINE' || state === 'RECOVERING') return true
        try {
          if (state === 'ERROR') await this.sql('STOP GROUP_REPLICATION')
          await this.#startReplication()
        } catch (error) {
          last = error
        }
        return undefined
      },
      { timeout: JOIN_TIMEOUT, interval: JOIN_PAUSE },
    )
    if (!joined) throw this.#failure(`did not join its group within ${JOIN_TIMEOUT} ms (${errorMessage(last)})`)
  }

  async #startReplication(): Promise<void> {
    const { user, password } = this.#options.recovery
    const sql = `START GROUP_REPLICATION USER = '${user}', PASSWORD = '${password}'`
    await runOnSocket(this.#options.files.socket, sql, JOIN_TIMEOUT)
  }

  async #ask(): Promise<GroupStatus | undefined> {
    try {
      const [row] = await runOnSocket(this.#options.files.socket, GROUP_STATUS_SQL, STATUS_TIMEOUT)
      return parseGroupStatus(row)
    } catch {
      return undefined
    }
  }

  async #end(signals: readonly NodeJS.Signals[], timeout: number): Promise<void> {
    const server = this.#process()
    if (!server) return
    for (const signal of signals) signalQuietly(server.pid, signal)
    const ended = await poll(() => !isAlive(server) || undefined, { timeout, interval: 10 })
    if (!ended) throw this.#failure(`did not end within ${timeout} ms of ${signals.at(-1)}`)
  }

  #process(): ProcessIdentity | undefined {
    const server = readProcess(this.#options.files)
    return server && isAlive(server) ? server : undefined
  }

  #running(action: string): ProcessIdentity {
    const server = this.#process()
    if (!server) throw new Error(`cannot ${action} ${this.name} (${this.address}): it is down`)
    return server
  }

  #failure(what: string): Error {
    const log = lastLines(readText(this.#options.files.log), 20)
    return new Error(`${this.name} (${this.address}) ${what}; its last log lines:\n${log || '(none)'}`)
  }
}
