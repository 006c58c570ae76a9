import type { ControlRow } from '../cluster/control-channel.js'
import type { ServerAccess } from '../cluster/index.js'

/** One server as the drills use it, whatever kind it is. */
export interface DrillNode {
  readonly name: string
  readonly host: string
  readonly port: number
  /** `host:port`. */
  readonly address: string
  kill(): Promise<void>
  freeze(): Promise<void>
  thaw(): void
  shutdown(): Promise<void>
  start(options?: { readonly wait?: boolean }): Promise<void>
  /** Past every pool, over the node's Unix socket. */
  sql(statement: string): Promise<readonly ControlRow[]>
  /** Whether it does all that its role asks for: it reads and, where its cluster lets it, writes. */
  isUsable(): Promise<boolean>
}

/** Three servers that belong together, to be broken at will. */
export interface DrillCluster extends ServerAccess {
  readonly nodes: readonly DrillNode[]
  node(index: number): DrillNode
  /** Takes back every fault, and waits until all is well. */
  heal(): Promise<void>
  /** Starts whatever is down. */
  startAll(): Promise<void>
  stop(): Promise<void>
}
