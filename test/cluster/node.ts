import { ControlChannel, type ControlRow, runOnSocket } from './control-channel.js'
import { lastLines, type NodeFiles, readProcess, readText } from './node-files.js'
import { poll } from './polling.js'
import { isAlive, isStopped, type ProcessIdentity, signalQuietly } from './process-table.js'
import {
  answeringState,
  describeStatus,
  NodeState,
  type NodeStatus,
  parseWsrepStatus,
  type RejectQueries,
  WSREP_STATUS_SQL,
} from './wsrep-status.js'

const STATUS_TIMEOUT = 2_000
const SQL_TIMEOUT = 10_000
const END_TIMEOUT = 10_000
const SHUTDOWN_TIMEOUT = 30_000
const SYNC_TIMEOUT = 60_000

const ISOLATE = "SET GLOBAL wsrep_provider_options = 'gmcast.isolate=1'"

export interface StartOptions {
  /** Whether to wait until the node is synced; default true. */
  readonly wait?: boolean
  /** Milliseconds to wait for that; default 60,000. */
  readonly timeout?: number
}

export interface GaleraNodeOptions {
  readonly name: string
  readonly host: string
  readonly port: number
  readonly files: NodeFiles
  readonly launch: (bootstrap: boolean) => Promise<void>
}

/** One server of a cluster: faults to put on it, and what can be seen of it. */
export class GaleraNode {
  readonly name: string
  readonly host: string
  readonly port: number
  readonly #files: NodeFiles
  readonly #launch: (bootstrap: boolean) => Promise<void>

  constructor(options: GaleraNodeOptions) {
    this.name = options.name
    this.host = options.host
    this.port = options.port
    this.#files = options.files
    this.#launch = options.launch
  }

  /** The host as a pool is given it: `127.x.y.z:port`. */
  get address(): string {
    return `${this.host}:${this.port}`
  }

  /** The server's process; `undefined` while it is down. */
  get pid(): number | undefined {
    return this.#process()?.pid
  }

  /** Ends the server as a power cut would (SIGKILL). */
  async kill(): Promise<void> {
    const server = this.#process()
    if (!server) return
    signalQuietly(server.pid, 'SIGKILL')
    await this.#waitForEnd(server, END_TIMEOUT, 'SIGKILL')
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

  /** Shuts the server down as its administrator would, and waits for its end. */
  async shutdown(): Promise<void> {
    const server = this.#process()
    if (!server) return
    signalQuietly(server.pid, 'SIGCONT')
    signalQuietly(server.pid, 'SIGTERM')
    await this.#waitForEnd(server, SHUTDOWN_TIMEOUT, 'SIGTERM')
  }

  /**
   * Starts the server again, after whatever end. A node that left last on a shutdown founds the cluster again when no
   * other runs; after a crash of the whole cluster use `GaleraCluster.startAll()`, since its nodes wait for each other.
   */
  async start({ wait = true, timeout = SYNC_TIMEOUT }: StartOptions = {}): Promise<void> {
    if (!this.#process()) await this.#launch(false)
    if (wait) await this.waitFor(NodeState.Synced, timeout)
  }

  /** Founds the cluster anew with this node; only right when no other node runs. */
  async bootstrap(): Promise<void> {
    await this.#launch(true)
    await this.waitFor(NodeState.Synced, SYNC_TIMEOUT)
  }

  /** Cuts the node off from the others. Clients still reach it; within the suspect timeout it turns non-primary. */
  async isolate(): Promise<void> {
    await this.sql(ISOLATE)
  }

  /** Prepares `isolate` as far as can be, so that it comes within a millisecond or two. */
  async prepareIsolation(): Promise<{ readonly isolate: () => Promise<void> } & AsyncDisposable> {
    const channel = new ControlChannel(this.#files.socket, SQL_TIMEOUT)
    await channel.run('DO 0')
    return {
      isolate: async () => void (await channel.run(ISOLATE)),
      [Symbol.asyncDispose]: () => channel[Symbol.asyncDispose](),
    }
  }

  /** Ends `isolate`. Use `waitFor('synced')` to wait until the node is back. */
  async rejoin(): Promise<void> {
    await this.sql("SET GLOBAL wsrep_provider_options = 'gmcast.isolate=0'")
  }

  /** Lets the node refuse statements while its status stays healthy; `ALL_KILL` also drops its connections. */
  async rejectQueries(mode: RejectQueries): Promise<void> {
    try {
      await this.sql(`SET GLOBAL wsrep_reject_queries = ${mode}`)
    } catch (error) {
      // The connection that asked for it is dropped with the others; whether it took effect is what counts.
      const { wsrep } = await this.status()
      if (wsrep?.rejectQueries !== mode) throw error
    }
  }

  /** Refuses writes of ordinary accounts with error 1290, as a replica would. */
  async setReadOnly(on: boolean): Promise<void> {
    await this.sql(`SET GLOBAL read_only = ${on ? 'ON' : 'OFF'}`)
    // To take the lock for it MariaDB leaves the group's flow for a moment, as a donor does, and catches up afterwards.
    if (on) await this.waitFor(NodeState.Synced)
  }

  /** Takes the node out of flow control; it then says that it is a donor, and still serves. */
  async setDesync(on: boolean): Promise<void> {
    await this.sql(`SET GLOBAL wsrep_desync = ${on ? 'ON' : 'OFF'}`)
  }

  /** Runs a statement as root over the Unix socket, which no network fault touches; bounded to ten seconds. */
  async sql(statement: string, values: readonly (string | number)[] = []): Promise<readonly ControlRow[]> {
    return runOnSocket(this.#files.socket, statement, SQL_TIMEOUT, values)
  }

  /** Never throws for a node in trouble: that is what it reports. */
  async status(): Promise<NodeStatus> {
    const before = this.#process()
    if (!before) return { state: NodeState.Down }
    if (isStopped(before)) return { state: NodeState.Frozen }
    try {
      const wsrep = parseWsrepStatus(await runOnSocket(this.#files.socket, WSREP_STATUS_SQL, STATUS_TIMEOUT))
      return { state: answeringState(wsrep), wsrep }
    } catch {
      if (!isAlive(before)) return { state: NodeState.Down }
      return { state: isStopped(before) ? NodeState.Frozen : NodeState.Starting }
    }
  }

  /** Whether it is synced, accepts writes and rejects nothing. */
  async isUsable(): Promise<boolean> {
    const { state, wsrep } = await this.status()
    return state === NodeState.Synced && wsrep?.readOnly === false && wsrep.rejectQueries === 'NONE'
  }

  /**
   * Waits for a state, or for a condition on the status. Throws when `timeout` milliseconds (default 30,000) have
   * passed or the server ended meanwhile, with its last log lines.
   */
  async waitFor(
    wanted: NodeState | ((status: NodeStatus) => boolean),
    timeout = 30_000,
    signal?: AbortSignal,
  ): Promise<NodeStatus> {
    const holds = typeof wanted === 'function' ? wanted : ({ state }: NodeStatus) => state === wanted
    let last: NodeStatus | undefined
    const found = await poll(
      async () => {
        last = await this.status()
        if (holds(last)) return last
        if (last.state === NodeState.Down) throw this.#failure('is down')
        return undefined
      },
      { timeout, signal },
    )
    if (found) return found
    const aim = typeof wanted === 'function' ? 'as awaited' : wanted
    throw this.#failure(`was not ${aim} within ${timeout} ms but ${last ? describeStatus(last) : 'unknown'}`)
  }

  /** The last lines of the server's own log. */
  log(lines = 40): string {
    return lastLines(readText(this.#files.log), lines)
  }

  #process(): ProcessIdentity | undefined {
    const server = readProcess(this.#files)
    return server && isAlive(server) ? server : undefined
  }

  #running(action: string): ProcessIdentity {
    const server = this.#process()
    if (!server) throw new Error(`cannot ${action} ${this.name} (${this.address}): it is down`)
    return server
  }

  async #waitForEnd(server: ProcessIdentity, timeout: number, signal: string): Promise<void> {
    const ended = await poll(() => !isAlive(server) || undefined, { timeout, interval: 10 })
    if (!ended) throw this.#failure(`did not end within ${timeout} ms of ${signal}`)
  }

  #failure(what: string): Error {
    return new Error(`${this.name} (${this.address}) ${what}; its last log lines:\n${this.log(20) || '(none)'}`)
  }
}
