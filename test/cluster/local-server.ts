import { rmSync } from 'node:fs'
import { type ControlRow, runOnSocket } from './control-channel.js'
import { lastLines, type NodeFiles, readProcess, readText, writeProcess } from './node-files.js'
import { poll } from './polling.js'
import { identify, isAlive, isStopped, type ProcessIdentity, signalQuietly } from './process-table.js'
import type { ServerInstallation } from './server-installation.js'
import { spawnServer } from './server-process.js'

const SQL_TIMEOUT = 10_000
const END_TIMEOUT = 10_000
const START_TIMEOUT = 60_000

/** How a server's process is started. */
export interface LaunchCommand extends Pick<ServerInstallation, 'account' | 'setpriv'> {
  readonly program: string
  readonly args: readonly string[]
}

export interface LocalServerOptions {
  readonly name: string
  readonly host: string
  readonly port: number
  readonly files: NodeFiles
  /** Milliseconds that an orderly shutdown may take. */
  readonly shutdownTimeout: number
}

/** A server that runs on this machine: its process, faults of that, and root over its Unix socket. */
export class LocalServer {
  readonly name: string
  readonly host: string
  readonly port: number
  protected readonly files: NodeFiles
  readonly #shutdownTimeout: number

  constructor({ name, host, port, files, shutdownTimeout }: LocalServerOptions) {
    this.name = name
    this.host = host
    this.port = port
    this.files = files
    this.#shutdownTimeout = shutdownTimeout
  }

  /** The host as a pool is given it: `127.x.y.z:port`. */
  get address(): string {
    return `${this.host}:${this.port}`
  }

  /** The server's process; `undefined` while it is down. */
  get pid(): number | undefined {
    return this.process()?.pid
  }

  /** Ends the server as a power cut would (SIGKILL). */
  async kill(): Promise<void> {
    await this.#end(['SIGKILL'], END_TIMEOUT)
  }

  /** Shuts the server down as its administrator would, and waits for its end. */
  async shutdown(): Promise<void> {
    await this.#end(['SIGCONT', 'SIGTERM'], this.#shutdownTimeout)
  }

  /** Lets the server hang (SIGSTOP): its connections stay open and nothing is answered. */
  async freeze(): Promise<void> {
    const server = this.#running('freeze')
    signalQuietly(server.pid, 'SIGSTOP')
    const stopped = await poll(() => isStopped(server) || undefined, { timeout: END_TIMEOUT, interval: 5 })
    if (!stopped) throw this.failure('did not stop')
  }

  /** Lets a frozen server go on. */
  thaw(): void {
    signalQuietly(this.#running('thaw').pid, 'SIGCONT')
  }

  /** Runs a statement as root over the Unix socket, which no network fault touches; bounded to ten seconds. */
  async sql(statement: string, values: readonly (string | number)[] = []): Promise<readonly ControlRow[]> {
    return runOnSocket(this.files.socket, statement, SQL_TIMEOUT, values)
  }

  /** The last lines of the server's own log. */
  log(lines = 40): string {
    return lastLines(readText(this.files.log), lines)
  }

  /** The process, as long as it lives. */
  protected process(): ProcessIdentity | undefined {
    const server = readProcess(this.files)
    return server && isAlive(server) ? server : undefined
  }

  /** Whether a question could be answered: it runs, and is not frozen. */
  protected canAnswer(): boolean {
    const server = this.process()
    return server !== undefined && !isStopped(server)
  }

  /** Starts the server, when it is down, and waits until `answers` is true of it. */
  protected async launchBy(command: LaunchCommand, answers: () => Promise<boolean>): Promise<void> {
    if (this.process() !== undefined) return
    const { directory, output, process: identityFile, socket } = this.files
    for (const stale of [identityFile, socket]) rmSync(stale, { force: true })
    const child = await spawnServer(command, command.program, command.args, { directory, output })
    const identity = child.pid === undefined ? undefined : identify(child.pid)
    if (identity) writeProcess(this.files, identity)
    const there = await poll(
      async () => {
        if (this.process() === undefined) throw this.failure('ended while it started')
        return (await answers()) || undefined
      },
      { timeout: START_TIMEOUT },
    )
    if (!there) throw this.failure(`did not answer within ${START_TIMEOUT} ms`)
  }

  /** An error about this server, with the last lines of its log. */
  protected failure(what: string): Error {
    return new Error(`${this.name} (${this.address}) ${what}; its last log lines:\n${this.log(20) || '(none)'}`)
  }

  async #end(signals: readonly NodeJS.Signals[], timeout: number): Promise<void> {
    const server = this.process()
    if (!server) return
    for (const signal of signals) signalQuietly(server.pid, signal)
    const ended = await poll(() => !isAlive(server) || undefined, { timeout, interval: 10 })
    if (!ended) throw this.failure(`did not end within ${timeout} ms of ${signals.at(-1)}`)
  }

  #running(action: string): ProcessIdentity {
    const server = this.process()
    if (!server) throw new Error(`cannot ${action} ${this.name} (${this.address}): it is down`)
    return server
  }
}
