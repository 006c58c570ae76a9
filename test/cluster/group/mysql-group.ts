import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { type AddressBlock, freePorts } from '../address-block.js'
import { claimPlace } from '../cluster-place.js'
import type { ServerAccess } from '../existing-cluster.js'
import { nodeFiles } from '../node-files.js'
import { APPLICATION_PRIVILEGES } from '../privileges.js'
import { findSetpriv } from '../server-installation.js'
import { poll } from '../polling.js'
import type { Switchover } from '../switchover.js'
import { memberSettings } from './group-config.js'
import { GroupNode } from './group-node.js'
import { isServing } from './group-status.js'
import { layOutMySql, type MySqlInstallation, provideMySql } from '../mysql/mysql-installation.js'

const NODES = 3
const USABLE_TIMEOUT = 60_000
const RECOVERY_USER = 'recovery'

export interface MySqlGroupOptions {
  /** Whether only one member takes writes; default false: all do. */
  readonly singlePrimary?: boolean
  /** The database that is made; default `hostpool`. */
  readonly database?: string
  readonly maxConnections?: number
  readonly onProgress?: (line: string) => void
  /** Gives up starting; what was started is ended. */
  readonly signal?: AbortSignal
}

/** A real group of three MySQL servers on loopback addresses of this machine, to be broken at will. */
export class MySqlGroup implements ServerAccess, AsyncDisposable {
  readonly nodes: readonly GroupNode[]
  readonly user = 'app'
  readonly password: string
  readonly database: string
  readonly #singlePrimary: boolean
  readonly #release: () => void
  #stopping: Promise<void> | undefined

  private constructor(
    nodes: readonly GroupNode[],
    access: Pick<ServerAccess, 'password' | 'database'>,
    singlePrimary: boolean,
    release: () => void,
  ) {
    this.nodes = nodes
    this.#singlePrimary = singlePrimary
    this.password = access.password
    this.database = access.database
    this.#release = release
  }

  /** Starts a group and waits until all are members. Downloads MySQL when that was not done before. @throws MySqlUnavailable */
  static async start(options: MySqlGroupOptions = {}): Promise<MySqlGroup> {
    const { onProgress = () => {}, signal } = options
    const installation = await provideMySql(onProgress, signal)
    const { block, directory, release } = await claimPlace(NODES)
    let group: MySqlGroup | undefined
    try {
      const nodes = await makeNodes(installation, block, directory, options)
      const access = { password: randomBytes(12).toString('hex'), database: options.database ?? 'hostpool' }
      group = new MySqlGroup(nodes.members, access, options.singlePrimary === true, release)
      await group.#bringUp(nodes.recoveryPassword, onProgress, signal)
      return group
    } catch (error) {
      if (group) await group.stop()
      else release()
      throw error
    }
  }

  /** All nodes as `host:port,host:port,…`. */
  get hosts(): string {
    return this.nodes.map(({ address }) => address).join(',')
  }

  /** The node with this index, counted from 0. Throws when there is none. */
  node(index: number): GroupNode {
    const node = this.nodes[index]
    if (!node) throw new RangeError(`no node ${index}: the group has ${this.nodes.length}, counted from 0`)
    return node
  }

  /** Lets frozen nodes go on, starts what is down, and waits until all are members; a single primary is the first node again. */
  async heal(): Promise<void> {
    for (const node of this.nodes) if (node.pid !== undefined) node.thaw()
    await this.startAll()
    if (this.#singlePrimary) await this.switchTo(0)
  }

  /** A planned change of the single primary: its group lets what is under way end, and elects this node. */
  async switchTo(index: number): Promise<Switchover> {
    const from = performance.now()
    const node = this.node(index)
    if (await isPrimary(node)) return { from, to: from }
    const [row] = await node.sql('SELECT @@server_uuid AS id')
    await node.sql('SELECT group_replication_set_as_primary(?)', [String(row?.['id'])])
    const elected = await poll(async () => (await isPrimary(node)) || undefined, {
      timeout: USABLE_TIMEOUT,
      interval: 5,
    })
    if (!elected) throw new Error(`${node.name} did not become the primary within ${USABLE_TIMEOUT} ms`)
    return { from, to: performance.now() }
  }

  /** Starts every node that is down, and founds the group anew when none is left. */
  async startAll(): Promise<void> {
    if (this.nodes.every(({ pid }) => pid === undefined)) await this.node(0).bootstrap()
    for (const node of this.nodes) await node.start()
  }

  /** Ends every server and removes all files. Can be called again. */
  async stop(): Promise<void> {
    this.#stopping ??= Promise.all(this.nodes.map((node) => node.dispose())).then(
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

  async #bringUp(
    recoveryPassword: string,
    onProgress: (line: string) => void,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.launch()))
    for (const node of this.nodes) {
      await node.sql('SET GLOBAL super_read_only = OFF')
      for (const sql of this.#accounts(recoveryPassword)) await node.sql(sql)
      // What each did alone is no part of the common history.
      await node.sql('RESET BINARY LOGS AND GTIDS')
    }
    const [first, ...others] = this.nodes
    signal?.throwIfAborted()
    await first?.bootstrap()
    await first?.sql(`CREATE DATABASE \`${this.database.replaceAll('`', '``')}\``)
    if (first) onProgress(`${first.name} of ${NODES} has founded the group on ${first.address}`)
    for (const node of others) {
      signal?.throwIfAborted()
      await node.start()
      onProgress(`${node.name} of ${NODES} is a member on ${node.address}`)
    }
    for (const node of this.nodes) await node.waitUntilUsable(USABLE_TIMEOUT)
  }

  #accounts(recoveryPassword: string): readonly string[] {
    return [
      `CREATE USER '${this.user}'@'%' IDENTIFIED BY '${this.password}'`,
      `GRANT ${APPLICATION_PRIVILEGES} ON *.* TO '${this.user}'@'%'`,
      `CREATE USER '${RECOVERY_USER}'@'%' IDENTIFIED BY '${recoveryPassword}'`,
      `GRANT REPLICATION SLAVE, CONNECTION_ADMIN, BACKUP_ADMIN, GROUP_REPLICATION_STREAM ON *.* TO '${RECOVERY_USER}'@'%'`,
    ]
  }
}

async function isPrimary(node: GroupNode): Promise<boolean> {
  const status = await node.status()
  return status?.role === 'PRIMARY' && isServing(status)
}

/** Lays out every node's directory, each with a copy of the template. */
async function makeNodes(
  installation: MySqlInstallation,
  block: AddressBlock,
  directory: string,
  { singlePrimary = false, maxConnections = 300 }: MySqlGroupOptions,
): Promise<{ readonly members: readonly GroupNode[]; readonly recoveryPassword: string }> {
  const groupPorts = await freePorts(NODES)
  const groupName = randomUUID()
  const recoveryPassword = randomBytes(12).toString('hex')
  const setpriv = findSetpriv()
  const members: GroupNode[] = []
  for (const [index, host] of block.hosts.entries()) {
    const name = `node${index + 1}`
    const files = nodeFiles(join(directory, name))
    await layOutMySql(installation, files)
    const { sql: port } = block.ports
    const settings = memberSettings({ files, index, host, port, groupName, groupPorts, singlePrimary, maxConnections })
    const recovery = { user: RECOVERY_USER, password: recoveryPassword }
    members.push(new GroupNode({ name, host, port, files, installation, settings, setpriv, recovery }))
  }
  return { members, recoveryPassword }
}
