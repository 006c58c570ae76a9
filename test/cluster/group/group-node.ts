import { runOnSocket } from '../control-channel.js'
import { errorMessage } from '../error-text.js'
import { LocalServer } from '../local-server.js'
import type { NodeFiles } from '../node-files.js'
import { poll } from '../polling.js'
import { GROUP_STATUS_SQL, type GroupStatus, isServing, parseGroupStatus } from './group-status.js'
import { type MySqlInstallation, mySqlCommand } from '../mysql/mysql-installation.js'

const STATUS_TIMEOUT = 2_000
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
export class GroupNode extends LocalServer {
  readonly #options: GroupNodeOptions
  #joining: Promise<void> | undefined
  #givenUp = false

  constructor(options: GroupNodeOptions) {
    super({ ...options, shutdownTimeout: SHUTDOWN_TIMEOUT })
    this.#options = options
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
    const { installation, settings, setpriv } = this.#options
    const command = mySqlCommand(installation, settings, setpriv)
    await this.launchBy(command, async () => (await this.#ask()) !== undefined)
  }

  /** What it says of the group; `undefined` when it is down, frozen or silent. */
  async status(): Promise<GroupStatus | undefined> {
    return this.canAnswer() ? this.#ask() : undefined
  }

  /** Whether it is a member that serves what its role lets it. */
  async isUsable(): Promise<boolean> {
    const status = await this.status()
    return status !== undefined && isServing(status)
  }

  /** Throws, with the server's last log lines, when it does not become usable in time. */
  async waitUntilUsable(timeout: number): Promise<void> {
    const usable = await poll(async () => (await this.isUsable()) || undefined, { timeout })
    if (!usable) throw this.failure(`was not usable within ${timeout} ms (${JSON.stringify(await this.status())})`)
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
        if (this.#givenUp || this.process() === undefined) throw this.failure('was ended while it joined')
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
    if (!joined) throw this.failure(`did not join its group within ${JOIN_TIMEOUT} ms (${errorMessage(last)})`)
  }

  async #startReplication(): Promise<void> {
    const { user, password } = this.#options.recovery
    const sql = `START GROUP_REPLICATION USER = '${user}', PASSWORD = '${password}'`
    await runOnSocket(this.files.socket, sql, JOIN_TIMEOUT)
  }

  async #ask(): Promise<GroupStatus | undefined> {
    try {
      const [row] = await runOnSocket(this.files.socket, GROUP_STATUS_SQL, STATUS_TIMEOUT)
      return parseGroupStatus(row)
    } catch {
      return undefined
    }
  }
}
