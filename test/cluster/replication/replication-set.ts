import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { claimPlace } from '../cluster-place.js'
import type { ServerAccess } from '../existing-cluster.js'
import { nodeFiles } from '../node-files.js'
import { APPLICATION_PRIVILEGES } from '../privileges.js'
import type { ServerInstallation } from '../server-installation.js'
import type { Switchover } from '../switchover.js'
import type { SourceAccess } from './dialect.js'
import { provideKind, type ReplicationKind } from './replication-kind.js'
import { ReplicationServer } from './replication-server.js'

const NODES = 3
const USABLE_TIMEOUT = 60_000
const CATCH_UP_TIMEOUT = 20_000
const REPLICATION_USER = 'replication'

export interface ReplicationSetOptions {
  /** Which servers; MySQL is downloaded when that was not done before. Default `mariadb`. */
  readonly kind?: ReplicationKind
  /** The MariaDB to run, of the kind `mariadb`; default the one that this machine has installed. */
  readonly installation?: ServerInstallation
  /** The database that is made; default `hostpool`. */
  readonly database?: string
  readonly maxConnections?: number
  readonly onProgress?: (line: string) => void
  /** Gives up starting; what was started is ended. */
  readonly signal?: AbortSignal
}

/** A real source with two replicas on loopback addresses of this machine, and what their operator does. */
export class ReplicationSet implements ServerAccess, AsyncDisposable {
  readonly nodes: readonly ReplicationServer[]
  readonly user = 'app'
  readonly password = randomBytes(12).toString('hex')
  readonly database: string
  readonly #replicationPassword = randomBytes(12).toString('hex')
  readonly #release: () => void
  #sourceIndex = 0
  #stopping: Promise<void> | undefined

  private constructor(
    makeNodes: (source: (index: number) => string | undefined) => readonly ReplicationServer[],
    database: string,
    release: () => void,
  ) {
    this.nodes = makeNodes((index) => (index === this.#sourceIndex ? undefined : this.source.address))
    this.database = database
    this.#release = release
  }

  /** Starts all three, and waits until the replicas follow. @throws MySqlUnavailable */
  static async start(options: ReplicationSetOptions = {}): Promise<ReplicationSet> {
    const { kind = 'mariadb', database = 'hostpool', maxConnections = 300, onProgress = () => {}, signal } = options
    const { block, directory, release } = await claimPlace(NODES)
    let set: ReplicationSet | undefined
    try {
      const { dialect, server } = await provideKind({
        kind,
        installation: options.installation,
        block,
        onProgress,
        signal,
      })
      const makeNodes = (source: (index: number) => string | undefined) =>
        block.hosts.map((host, index) => {
          const name = `node${index + 1}`
          const files = nodeFiles(join(directory, name))
          const port = block.ports.sql
          const how = server({ files, host, port, maxConnections })
          return new ReplicationServer({ ...how, index, name, host, port, files, dialect, source: () => source(index) })
        })
      set = new ReplicationSet(makeNodes, database, release)
      await set.#bringUp(dialect.monitorPrivilege, onProgress, signal)
      return set
    } catch (error) {
      if (set) await set.stop()
      else release()
      throw error
    }
  }

  /** All nodes as `host:port,host:port,…`. */
  get hosts(): string {
    return this.nodes.map(({ address }) => address).join(',')
  }

  /** The server that takes writes. */
  get source(): ReplicationServer {
    return this.node(this.#sourceIndex)
  }

  /** The node with this index, counted from 0. Throws when there is none. */
  node(index: number): ReplicationServer {
    const node = this.nodes[index]
    if (!node) throw new RangeError(`no node ${index}: there are ${this.nodes.length}, counted from 0`)
    return node
  }

  /** The source is lost: lets no replica receive any more, so that they can be compared. Promotion comes next. */
  async stopReceiving(): Promise<void> {
    await Promise.all(this.#replicas().map((node) => node.stopReceiving()))
  }

  /**
   * The source is lost: makes the replica that has received most the new one, and lets the other follow it. What the source
   * had acknowledged and sent to none of them is lost.
   */
  async promote(): Promise<Switchover> {
    const from = performance.now()
    const replicas = this.#replicas()
    await Promise.all(replicas.map((node) => node.applyReceived()))
    const received = await Promise.all(replicas.map((node) => node.transactions()))
    const best = replicas[received.indexOf(Math.max(...received))]
    if (!best) throw new Error('no replica is left to be promoted')
    await best.forgetSource()
    this.#sourceIndex = this.nodes.indexOf(best)
    await best.setReadOnly(false)
    const to = performance.now()
    for (const other of replicas) if (other !== best) await other.follow(this.#access)
    return { from, to }
  }

  /** A planned switchover: the source takes no more writes, the replicas catch up, and one of them takes its place. */
  async switchTo(index: number): Promise<Switchover> {
    const from = performance.now()
    if (index === this.#sourceIndex) return { from, to: from }
    const [former, next] = [this.source, this.node(index)]
    await former.setReadOnly(true)
    const position = await former.position()
    const others = this.nodes.filter((node) => node !== former)
    await Promise.all(others.map((node) => node.reach(position)))
    await next.forgetSource()
    this.#sourceIndex = index
    await next.setReadOnly(false)
    const to = performance.now()
    for (const node of this.nodes) if (node !== next) await node.follow(this.#access)
    return { from, to }
  }

  /** Makes a server whose history may be another one a replica again: empty, it copies all that the source has written. */
  async readmit(index: number): Promise<void> {
    const node = this.node(index)
    await node.startAfresh({ readOnly: true })
    await node.follow(this.#access)
    await node.reach(await this.source.position())
    await node.waitUntilUsable(USABLE_TIMEOUT)
  }

  /** Takes back every fault, and waits until the first node is the source and the others follow. */
  async heal(): Promise<void> {
    for (const node of this.nodes) if (node.pid !== undefined) node.thaw()
    await this.startAll()
    await this.switchTo(0)
    for (const node of this.nodes) await node.waitUntilUsable(USABLE_TIMEOUT)
  }

  /** Starts every node that is down; one that does not find back into its role is made anew. */
  async startAll(): Promise<void> {
    await this.source.start()
    for (const [index, node] of this.nodes.entries()) {
      if (node === this.source) continue
      try {
        await node.start({ wait: false })
        await node.startReplication()
        await node.waitUntilUsable(CATCH_UP_TIMEOUT)
      } catch {
        await this.readmit(index)
      }
    }
  }

  /** Ends every server and removes all files. Can be called again. */
  async stop(): Promise<void> {
    this.#stopping ??= Promise.all(this.nodes.map((node) => node.kill())).then(
      () => this.#release(),
      (error: unknown) => {
        this.#release()
        throw error
      },
    )
    await this.#stopping
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  #replicas(): readonly ReplicationServer[] {
    return this.nodes.filter((node) => node !== this.source && node.pid !== undefined)
  }

  get #access(): SourceAccess {
    const { host, port } = this.source
    return { host, port, user: REPLICATION_USER, password: this.#replicationPassword }
  }

  async #bringUp(
    monitorPrivilege: string,
    onProgress: (line: string) => void,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    await this.source.startAfresh({ readOnly: false })
    const accounts = [
      `CREATE USER '${this.user}'@'%' IDENTIFIED BY '${this.password}'`,
      `GRANT ${APPLICATION_PRIVILEGES}, ${monitorPrivilege} ON *.* TO '${this.user}'@'%'`,
      `CREATE USER '${REPLICATION_USER}'@'%' IDENTIFIED BY '${this.#replicationPassword}'`,
      `GRANT REPLICATION SLAVE ON *.* TO '${REPLICATION_USER}'@'%'`,
      `CREATE DATABASE \`${this.database.replaceAll('`', '``')}\``,
    ]
    for (const sql of accounts) await this.source.sql(sql)
    onProgress(`${this.source.name} of ${NODES} is the source on ${this.source.address}`)
    for (const [index, node] of this.nodes.entries()) {
      if (node === this.source) continue
      signal?.throwIfAborted()
      await this.readmit(index)
      onProgress(`${node.name} of ${NODES} is a replica on ${node.address}`)
    }
  }
}
