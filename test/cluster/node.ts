import { ControlChannel, runOnSocket } from './control-channel.js'
import { LocalServer } from './local-server.js'
import type { NodeFiles } from './node-files.js'
import { poll } from './polling.js'
import { isAlive, isStopped } from './process-table.js'
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
export class GaleraNode extends LocalServer {
  readonly #launch: (bootstrap: boolean) => Promise<void>

  constructor({ launch, ...options }: GaleraNodeOptions) {
    super({ ...options, shutdownTimeout: SHUTDOWN_TIMEOUT })
    this.#launch = launch
  }

  /**
   * Starts the server again, after whatever end. A node that left last on a shutdown founds the cluster again when no
   * other runs; after a crash of the whole cluster use `GaleraCluster.startAll()`, since its nodes wait for each other.
   */
  async start({ wait = true, timeout = SYNC_TIMEOUT }: StartOptions = {}): Promise<void> {
    if (this.pid === undefined) await this.#launch(false)
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
    const channel = new ControlChannel(this.files.socket, SQL_TIMEOUT)
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

  /** Never throws for a node in trouble: that is what it reports. */
  async status(): Promise<NodeStatus> {
    const before = this.process()
    if (!before) return { state: NodeState.Down }
    if (isStopped(before)) return { state: NodeState.Frozen }
    try {
      const wsrep = parseWsrepStatus(await runOnSocket(this.files.socket, WSREP_STATUS_SQL, STATUS_TIMEOUT))
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
        if (last.state === NodeState.Down) throw this.failure('is down')
        return undefined
      },
      { timeout, signal },
    )
    if (found) return found
    const aim = typeof wanted === 'function' ? 'as awaited' : wanted
    throw this.failure(`was not ${aim} within ${timeout} ms but ${last ? describeStatus(last) : 'unknown'}`)
  }
}
