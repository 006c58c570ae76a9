import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

import { PacketSplitter } from './packet-splitter.js'

const HEADER = 4
const COM_QUERY = 0x03
const COM_STMT_PREPARE = 0x16

/** One connection through the proxy. */
export interface Flow {
  /** 1 for the first connection. */
  readonly number: number
  /** Breaks it, on both sides. */
  cut(): void
  /** From now on nothing passes either way, and no end of it is told: as when a firewall has forgotten it. */
  fallSilent(): void
}

/** What becomes of a packet: it passes, is swallowed, is replaced, or its sender is answered in place of the other side. */
export type Fate = 'passes' | 'swallowed' | { readonly replacedBy: Buffer } | { readonly answeredBy: Buffer }

/** Looks at a packet, header and all, before it goes on. */
export type Look = (packet: Buffer, flow: Flow) => Fate

/** An error as a server says it. */
export interface ServerError {
  readonly errno: number
  /** Default `HY000`. */
  readonly state?: string
  readonly message: string
}

export interface Fault {
  /** What the server runs in place of the statement; default the statement itself. */
  readonly runs?: string
  /** What its client is told in place of the server's answer, when that is there; default: the connection breaks. */
  readonly error?: ServerError
}

/** A server's door that sees every packet of a connection without TLS or compression, and can change what it says. */
export class PacketProxy {
  /** Where new connections lead, `host:port`; undefined refuses them. */
  target: string | undefined
  fromClient: Look | undefined
  fromServer: Look | undefined
  readonly #flows = new Set<ProxiedFlow>()
  readonly #faults = new Map<string, Fault>()
  #server: Server | undefined
  #port = 0
  #opened = 0
  #faultsDone = 0

  private constructor(target: string) {
    this.target = target
  }

  static async open(target: string): Promise<PacketProxy> {
    const proxy = new PacketProxy(target)
    const server = createServer({ noDelay: true }, (client) => proxy.#serve(client))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    proxy.#port = (server.address() as AddressInfo).port
    proxy.#server = server
    return proxy
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`
  }

  /** How many connections there were. */
  get opened(): number {
    return this.#opened
  }

  get flows(): ReadonlySet<Flow> {
    return this.#flows
  }

  /** How many of the faults asked for have happened. */
  get faultsDone(): number {
    return this.#faultsDone
  }

  /** The next statement with this text in it, or the next execution with this value, is done, and its answer is lost with the connection. */
  loseAnswerTo(text: string): void {
    this.#faults.set(text, {})
  }

  /** The next statement with this text in it is done as the fault says. */
  onceOn(text: string, fault: Fault): void {
    this.#faults.set(text, fault)
  }

  cut(): void {
    for (const flow of this.#flows) flow.cut()
  }

  async close(): Promise<void> {
    const server = this.#server
    if (server === undefined) return
    this.#server = undefined
    const closed = once(server, 'close')
    server.close()
    this.cut()
    await closed
  }

  #serve(client: Socket): void {
    client.on('error', () => undefined)
    if (this.target === undefined) {
      client.resetAndDestroy()
      return
    }
    const [, host = this.target, port] = /^\[?(.*?)\]?:(\d+)$/.exec(this.target) ?? []
    const server = connect({ host, port: Number(port ?? 3306), noDelay: true })
    server.on('error', () => undefined)
    this.#opened += 1
    const flow = new ProxiedFlow(this.#opened, client, server)
    this.#flows.add(flow)
    this.#join(flow, client, server, (packet) => this.#sent(packet, flow))
    this.#join(flow, server, client, (packet) => this.#answered(packet, flow))
  }

  #join(flow: ProxiedFlow, from: Socket, to: Socket, fateOf: (packet: Buffer) => Fate): void {
    const splitter = new PacketSplitter()
    from.on('data', (data: Buffer) => {
      for (const packet of splitter.push(data)) {
        if (flow.silent) return
        const fate = fateOf(packet)
        if (fate === 'swallowed') continue
        if (fate === 'passes') to.write(packet)
        else if ('replacedBy' in fate) to.write(fate.replacedBy)
        else from.write(fate.answeredBy)
      }
      if (to.writableNeedDrain) {
        from.pause()
        to.once('drain', () => from.resume())
      }
    })
    from.on('close', () => {
      this.#flows.delete(flow)
      if (!flow.silent) to.destroy()
    })
  }

  #sent(packet: Buffer, flow: ProxiedFlow): Fate {
    for (const [text, fault] of this.#faults) {
      if (packet[HEADER] === COM_STMT_PREPARE || !packet.includes(text)) continue
      this.#faults.delete(text)
      flow.fault = fault
      return fault.runs === undefined ? 'passes' : { replacedBy: queryPacket(fault.runs) }
    }
    return this.fromClient?.(packet, flow) ?? 'passes'
  }

  #answered(packet: Buffer, flow: ProxiedFlow): Fate {
    const { fault } = flow
    if (fault === undefined) return this.fromServer?.(packet, flow) ?? 'passes'
    this.#faultsDone += 1
    flow.fault = undefined
    if (fault.error !== undefined) return { replacedBy: errorPacket(packet[3] ?? 1, fault.error) }
    flow.silent = true
    // The statement may have begun to answer before it was done.
    void delay(30).then(() => flow.cut())
    return 'swallowed'
  }
}

class ProxiedFlow implements Flow {
  silent = false
  /** Of the statement that the server works on. */
  fault: Fault | undefined
  readonly number: number
  readonly #client: Socket
  readonly #server: Socket

  constructor(number: number, client: Socket, server: Socket) {
    this.number = number
    this.#client = client
    this.#server = server
  }

  cut(): void {
    this.#client.destroy()
    this.#server.destroy()
  }

  fallSilent(): void {
    this.silent = true
  }
}

/** @param sequence - one more than that of the packet it answers */
function packetOf(sequence: number, content: Uint8Array): Buffer {
  const packet = Buffer.alloc(HEADER + content.length)
  packet.writeUIntLE(content.length, 0, 3)
  packet[3] = sequence
  packet.set(content, HEADER)
  return packet
}

export function errorPacket(sequence: number, { errno, state = 'HY000', message }: ServerError): Buffer {
  return packetOf(sequence, Buffer.from([0xff, errno & 0xff, errno >> 8, ...Buffer.from(`#${state}${message}`)]))
}

function queryPacket(sql: string): Buffer {
  return packetOf(0, Buffer.from([COM_QUERY, ...Buffer.from(sql)]))
}
