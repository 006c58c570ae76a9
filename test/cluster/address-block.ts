import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { errorCode } from './error-text.js'

/** The ports of one node. They are the same on each node of a cluster; only the address differs. */
export interface NodePorts {
  /** Where clients connect. */
  readonly sql: number
  /** Group communication. */
  readonly group: number
  /** Incremental state transfer. */
  readonly incremental: number
  /** Full state transfer. */
  readonly full: number
}

/** Loopback addresses that belong to one cluster as long as its process lives. */
export interface AddressBlock {
  /** One address per node: `127.x.y.1`, `127.x.y.2`, … */
  readonly hosts: readonly string[]
  readonly ports: NodePorts
  release(): void
}

// Below the range the kernel hands out for outgoing connections, and away from what database servers usually take.
const DEFAULT_SQL_PORTS = [13_306, 23_306, 14_306] as const
const FREE_PORTS = { from: 15_000, to: 30_000 } as const
const BLOCKS = 64 * 256
const ATTEMPTS_PER_PORT = 24

export function nodePorts(sql: number): NodePorts {
  return { sql, group: sql + 1, incremental: sql + 2, full: sql + 3 }
}

/** The first three parts of the block's addresses: from `127.64.0` up to `127.127.255`. */
export function blockPrefix(index: number): string {
  const wrapped = index % BLOCKS
  return `127.${64 + Math.floor(wrapped / 256)}.${wrapped % 256}`
}

/**
 * Takes a block of addresses that no other cluster on this machine uses. The claim is a listening socket on an address
 * of the block that no node uses: it holds between processes and ends with the process, however that ends.
 */
export async function claimAddressBlock(size: number, sqlPort?: number): Promise<AddressBlock> {
  const first = randomInt(BLOCKS)
  const sqlPorts = sqlPort === undefined ? DEFAULT_SQL_PORTS : [sqlPort]
  for (const sql of sqlPorts) {
    for (let attempt = 0; attempt < ATTEMPTS_PER_PORT; attempt++) {
      const block = await tryBlock(blockPrefix(first + attempt), size, nodePorts(sql))
      if (block) return block
    }
  }
  throw new Error(
    `no free loopback addresses for ${size} nodes on port ${sqlPorts.join(' or ')}: ` +
      'another program listens on that port (or one of the three above it) on all addresses. Give another `port`.',
  )
}

async function tryBlock(prefix: string, size: number, ports: NodePorts): Promise<AddressBlock | undefined> {
  const claim = await tryListen(`${prefix}.254`, ports.sql)
  if (!claim) return undefined
  const hosts = Array.from({ length: size }, (_, index) => `${prefix}.${index + 1}`)
  for (const host of hosts) {
    for (const port of [ports.sql, ports.group, ports.incremental, ports.full]) {
      const probe = await tryListen(host, port)
      if (!probe) {
        claim.close()
        return undefined
      }
      probe.close()
      await once(probe, 'close')
    }
  }
  return { hosts, ports, release: () => void claim.close() }
}

/** Ports that are free on 127.0.0.1, for what cannot use an address of its own. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const ports: number[] = []
  for (let attempt = 0; ports.length < count && attempt < ATTEMPTS_PER_PORT * count; attempt++) {
    const port = randomInt(FREE_PORTS.from, FREE_PORTS.to)
    const probe = ports.includes(port) ? undefined : await tryListen('127.0.0.1', port)
    if (!probe) continue
    probe.close()
    await once(probe, 'close')
    ports.push(port)
  }
  if (ports.length < count) throw new Error(`no ${count} free ports on 127.0.0.1`)
  return ports
}

/** Listens there, without keeping the process alive; `undefined` when the port is taken. */
async function tryListen(host: string, port: number): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy()).unref()
  server.listen({ host, port, exclusive: true })
  try {
    await once(server, 'listening')
    return server
  } catch (error) {
    if (errorCode(error) === 'EADDRINUSE') return undefined
    throw new Error(`cannot listen on ${host}:${port}; the cluster needs Linux, where all of 127.0.0.0/8 is local`, {
      cause: error,
    })
  }
}
