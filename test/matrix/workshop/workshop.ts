import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { RuntimeRow } from '../dimensions/runtime-rows.js'
import { type ServerRow, USUAL_SERVERS } from '../dimensions/server-rows.js'
import { type Application, type ApplicationNeeds, makeApplication } from './application.js'
import { type CheckRunFindings, runChecks } from './check-run.js'
import { type MatrixServers, startServers } from './matrix-servers.js'
import { installedVersion, npmInstall } from './npm.js'
import { type RuntimeCommand, provideRuntime } from './runtimes.js'
import { packAll } from './tarballs.js'

/** A scratch folder, and what rows share: the packed packages, applications, runtimes, and the servers of one kind at a time. */
export class Workshop implements AsyncDisposable {
  readonly directory = mkdtempSync(join(tmpdir(), 'hostpool-matrix-'))
  readonly signal: AbortSignal
  readonly say: (line: string) => void
  readonly #applications = new Map<string, Promise<Application>>()
  #tarballs: Promise<ReadonlyMap<string, string>> | undefined
  #servers: { readonly row: ServerRow; readonly servers: MatrixServers } | undefined

  constructor(say: (line: string) => void, signal: AbortSignal) {
    this.say = say
    this.signal = signal
  }

  /** The packed packages, by their names. */
  tarballs(): Promise<ReadonlyMap<string, string>> {
    this.#tarballs ??= packAll(join(this.directory, 'tarballs'), this.signal)
    return this.#tarballs
  }

  /** @throws Unavailable */
  application(needs: ApplicationNeeds): Promise<Application> {
    const key = JSON.stringify(needs)
    const made = this.#applications.get(key) ?? this.#makeApplication(needs)
    this.#applications.set(key, made)
    return made
  }

  /** @throws Unavailable */
  runtime(row: RuntimeRow): Promise<RuntimeCommand> {
    return provideRuntime(
      row,
      join(this.directory, 'runtimes', row.name.replaceAll(' ', '-').toLowerCase()),
      this.signal,
    )
  }

  /** Of a line as `5.0` the newest compiler, or the `latest` of all. @throws Unavailable */
  async compiler(version: string): Promise<{ readonly path: string; readonly version: string }> {
    const directory = join(this.directory, 'compilers', version)
    await npmInstall(directory, [`typescript@${/^\d/.test(version) ? `~${version}.0` : version}`], this.signal)
    const path = join(directory, 'node_modules', 'typescript', 'bin', 'tsc')
    return { path, version: installedVersion(directory, 'typescript') ?? 'unknown' }
  }

  /** Runs checks on servers, which are well before each run. @throws Unavailable */
  async check(
    checks: readonly string[],
    application: Application,
    { command = [process.execPath], row = USUAL_SERVERS }: { command?: RuntimeCommand; row?: ServerRow } = {},
  ): Promise<CheckRunFindings> {
    const servers = await this.#serversOf(row)
    try {
      return await runChecks({ command, application, servers, checks, signal: this.signal })
    } finally {
      if (checks.includes('failover') && !this.signal.aborted) await servers.heal()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stopServers()
    await rm(this.directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }

  async #makeApplication(needs: ApplicationNeeds): Promise<Application> {
    const tarballs = await this.tarballs()
    const { packages, libraries } = needs
    this.say(`installing ${[...packages, ...Object.entries(libraries).map((each) => each.join('@'))].join(' ')}`)
    const directory = join(this.directory, `application-${this.#applications.size + 1}`)
    return makeApplication(directory, needs, tarballs, this.signal)
  }

  async #serversOf(row: ServerRow): Promise<MatrixServers> {
    if (this.#servers?.row === row) return this.#servers.servers
    await this.#stopServers()
    this.say(`starting ${row.name}`)
    const { signal } = this
    const servers = await startServers({ row, onProgress: (line) => this.say(`  ${line}`), signal })
    this.#servers = { row, servers }
    return servers
  }

  async #stopServers(): Promise<void> {
    const started = this.#servers
    this.#servers = undefined
    await started?.servers[Symbol.asyncDispose]()
  }
}
