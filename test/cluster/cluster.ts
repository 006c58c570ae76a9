import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { claimPlace } from './cluster-place.js'
import { prepareNodes } from './cluster-layout.js'
import { formatServerUrl, type ServerAccess } from './existing-cluster.js'
import { GaleraNode } from './node.js'
import { nodeFiles, readText } from './node-files.js'
import { launchNode } from './node-launcher.js'
import { poll } from './polling.js'
import { APPLICATION_PRIVILEGES } from './privileges.js'
import { type LaunchRequest, requestLaunch, serveLaunches } from './owner-channel.js'
import { parseGroupPosition } from './group-position.js'
import { lastMembership } from './saved-view.js'
import type { ServerSettings } from './server-config.js'
import { findInstallation, type ServerInstallation } from './server-installation.js'
import { provideTemplate } from './template.js'
import { NodeState } from './wsrep-status.js'

export interface ClusterOptions {
  /** How many nodes, 1 to 9; default 3. */
  readonly nodes?: number
  /** The port of every node; default one that is free, not 3306. The three ports above it are taken as well. */
  readonly port?: number
  /** The database that is made; default `hostpool`. */
  readonly database?: string
  /** Milliseconds of silence after which a node is suspected; default 3000. Less evicts healthy nodes of a busy machine. */
  readonly suspectTimeout?: number
  /** The MariaDB to run; default the one that this machine has installed. */
  readonly installation?: ServerInstallation
  /** Further server settings, for example `{ max_connections: 20 }`. */
  readonly settings?: ServerSettings
  /** Told what is being done, a line each time. */
  readonly onProgress?: (line: string) => void
  /** Gives up starting; what was started is ended. */
  readonly signal?: AbortSignal
}

/** All that another process of this user needs to reach a running cluster and to put faults on it. Plain data. */
export interface ClusterDetails {
  readonly directory: string
  readonly user: string
  readonly password: string
  readonly database: string
  readonly nodes: readonly { readonly name: string; readonly host: string; readonly port: number }[]
}

/** How long a node may take to come back to a group that is well. */
const REUNION_TIMEOUT = 30_000
/** How long the others may take to give up a node that was killed. */
const FORGET_TIMEOUT = 15_000
const USER = 'app'

/** A real Galera cluster on loopback addresses of this machine, to be broken at will. */
export class GaleraCluster implements ServerAccess, AsyncDisposable {
  readonly nodes: readonly GaleraNode[]
  readonly details: ClusterDetails
  /** What the owner has to let go of; absent once stopped, and in a process that has only attached itself. */
  #release: (() => void) | undefined

  private constructor(details: ClusterDetails, launch: (request: LaunchRequest) => Promise<void>) {
    this.details = details
    this.nodes = details.nodes.map(
      ({ name, host, port }, node) =>
        new GaleraNode({
          name,
          host,
          port,
          files: nodeFiles(join(details.directory, name)),
          launch: async (bootstrap) => {
            if (!bootstrap) await this.#untilForgotten(node)
            await launch({ node, bootstrap })
          },
        }),
    )
  }

  /**
   * Starts a cluster and waits until all nodes are synced. It lives as long as this process at most. Throws, with the
   * server's own last log lines, when a node does not come up, and when the machine lacks something.
   */
  static async start(options: ClusterOptions = {}): Promise<GaleraCluster> {
    const { nodes = 3, onProgress = () => {}, signal } = options
    if (!Number.isInteger(nodes) || nodes < 1 || nodes > 9) {
      throw new RangeError(`nodes is ${nodes}; a cluster has 1 to 9`)
    }
    const installation = options.installation ?? findInstallation()
    const { block, directory, release } = await claimPlace(nodes, options.port)
    try {
      const template = await provideTemplate(installation, block, onProgress, signal)
      const details: ClusterDetails = {
        directory,
        user: USER,
        password: randomBytes(12).toString('hex'),
        database: options.database ?? 'hostpool',
        nodes: block.hosts.map((host, index) => ({ name: `node${index + 1}`, host, port: block.ports.sql })),
      }
      await prepareNodes({ installation, template, block, details, options })
      const launch = (request: LaunchRequest): Promise<void> => cluster.#launchHere(installation, request)
      const cluster = new GaleraCluster(details, launch)
      const channel = await serveLaunches(ownerSocket(directory), launch)
      cluster.#release = () => {
        channel.close()
        release()
      }
      await cluster.#bringUp(onProgress, signal)
      return cluster
    } catch (error) {
      release()
      throw error
    }
  }

  /**
   * A cluster that another process of this user has started. Everything works but `stop()`, which leaves it to its
   * owner; nodes are started by the owner, so that they outlive this process.
   */
  static attach(details: ClusterDetails): GaleraCluster {
    const socket = ownerSocket(details.directory)
    return new GaleraCluster(details, (request) => requestLaunch(socket, request, 90_000))
  }

  get user(): string {
    return this.details.user
  }

  get password(): string {
    return this.details.password
  }

  get database(): string {
    return this.details.database
  }

  /** The port that all nodes share. */
  get port(): number {
    return this.node(0).port
  }

  /** All nodes as `host:port,host:port,…`. */
  get hosts(): string {
    return this.nodes.map(({ address }) => address).join(',')
  }

  /** The cluster as the URL of a pool. */
  get url(): string {
    return formatServerUrl(this)
  }

  /** The node with this index, counted from 0. Throws when there is none. */
  node(index: number): GaleraNode {
    const node = this.nodes[index]
    if (!node) throw new RangeError(`no node ${index}: the cluster has ${this.nodes.length}, counted from 0`)
    return node
  }

  /** Waits until every node is synced and sees all the others; 60 s for each by default. */
  async waitUntilHealthy(timeout = 60_000, signal?: AbortSignal): Promise<void> {
    for (const node of this.nodes) {
      await node.waitFor(
        ({ state, wsrep }) => state === NodeState.Synced && wsrep?.clusterSize === this.nodes.length,
        timeout,
        signal,
      )
    }
  }

  /** Takes back every fault: thaws, rejoins, resets, starts what is down, and waits until all is well. */
  async heal(): Promise<void> {
    for (const node of this.nodes) {
      if (node.pid === undefined) continue
      node.thaw()
      await node.waitFor(({ wsrep }) => wsrep !== undefined)
      await node.rejoin()
      const { wsrep } = await node.status()
      if (wsrep?.rejectQueries !== 'NONE') await node.rejectQueries('NONE')
      if (wsrep?.readOnly) await node.setReadOnly(false)
      if (wsrep?.desync) await node.setDesync(false)
    }
    await this.startAll()
  }

  /** Starts every node that is down, also after a shutdown or a crash of all of them, and waits until all is well. */
  async startAll(): Promise<void> {
    try {
      await this.#reunite()
    } catch {
      // On a busy machine a group can fall apart so that each part waits for nodes which never come back as it remembers them.
      await Promise.all(this.nodes.map((node) => node.kill()))
      await this.#reunite()
    }
  }

  /**
   * Waits until the others have given up the earlier life of a node that was killed. Coming back sooner it can meet its own
   * ghost, and the group can lose its majority over the two of them.
   */
  async #untilForgotten(index: number): Promise<void> {
    const others = this.nodes.filter((_, other) => other !== index)
    await poll(
      async () => {
        const states = await Promise.all(others.map((node) => node.status()))
        const alive = states.filter(({ state }) => state !== NodeState.Down).length
        const groups = states.flatMap(({ wsrep }) => (wsrep?.clusterStatus === 'Primary' ? [wsrep.clusterSize] : []))
        return groups.every((size) => size <= alive) || undefined
      },
      { timeout: FORGET_TIMEOUT },
    )
  }

  async #reunite(): Promise<void> {
    const states = await Promise.all(this.nodes.map((node) => node.status()))
    const running = states.some(({ state }) => state !== NodeState.Down)
    const primary = states.some(({ wsrep }) => wsrep?.clusterStatus === 'Primary')
    if (running && !primary) {
      // Those that are left wait for the ones they remember.
      for (const node of this.nodes) await node.start({ wait: false })
    } else if (!running) {
      await this.#found()
    }
    // One at a time: two that dial in at once can cost the group seconds to form again.
    for (const node of this.nodes) await node.start({ timeout: REUNION_TIMEOUT })
    await this.waitUntilHealthy(REUNION_TIMEOUT)
  }

  /** Ends every server and removes all files. Can be called again, and does nothing on an attached cluster. */
  async stop(): Promise<void> {
    const release = this.#release
    if (!release) return
    this.#release = undefined
    try {
      await Promise.all(this.nodes.map((node) => node.kill()))
    } finally {
      release()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  async #launchHere(installation: ServerInstallation, request: LaunchRequest): Promise<void> {
    const node = this.node(request.node)
    if (!this.#release) throw new Error(`cannot start ${node.name}: the cluster has been stopped`)
    if (node.pid !== undefined) throw new Error(`cannot start ${node.name}: it runs already`)
    const others = await Promise.all(this.nodes.filter((other) => other !== node).map((other) => other.status()))
    const alone = others.every(({ state }) => state === NodeState.Down)
    const bootstrap = request.bootstrap || (alone && this.#leftLast(request.node))
    const primaryExists = others.some(({ wsrep }) => wsrep?.clusterStatus === 'Primary')
    await launchNode(installation, this.#files(request.node), { bootstrap, primaryExists })
  }

  async #bringUp(onProgress: (line: string) => void, signal: AbortSignal | undefined): Promise<void> {
    const begin = performance.now()
    for (const node of this.nodes) {
      signal?.throwIfAborted()
      await node.start({ wait: false })
      await node.waitFor(NodeState.Synced, 60_000, signal)
      const seconds = ((performance.now() - begin) / 1000).toFixed(1)
      onProgress(`${node.name} of ${this.nodes.length} is synced on ${node.address} (${seconds} s)`)
    }
    await this.waitUntilHealthy(30_000, signal)
    const { user, password, database } = this
    const [first] = this.nodes
    await first?.sql(`CREATE DATABASE \`${database.replaceAll('`', '``')}\``)
    await first?.sql(`CREATE USER '${user}'@'%' IDENTIFIED BY '${password}'`)
    await first?.sql(`GRANT ${APPLICATION_PRIVILEGES} ON *.* TO '${user}'@'%'`)
    // Whoever connects next may do so anywhere: wait until each node has applied this.
    for (const node of this.nodes)
      await node.sql('SET STATEMENT wsrep_sync_wait = 1 FOR SELECT 1 FROM mysql.user LIMIT 1')
  }

  async #found(): Promise<void> {
    const founder = this.nodes.findIndex((_, index) => this.#leftLast(index))
    if (founder >= 0) return this.node(founder).bootstrap()
    const together = lastMembership(this.nodes.map((_, index) => readText(this.#files(index).savedView)))
    if (together.length === 0)
      throw new Error('no node can found the cluster again: none left last, none saved its view')
    for (const index of together) await this.node(index).start({ wait: false })
    await this.node(together[0] ?? 0).waitFor(NodeState.Synced, 60_000)
  }

  #leftLast(index: number): boolean {
    return parseGroupPosition(readText(this.#files(index).groupPosition))?.safeToBootstrap === true
  }

  #files(index: number) {
    return nodeFiles(join(this.details.directory, this.node(index).name))
  }
}

function ownerSocket(directory: string): string {
  return join(directory, 'owner.sock')
}
