import { setTimeout as sleep } from 'node:timers/promises'
import type { GaleraCluster } from '../cluster/index.js'
import type { FaultKind } from './options.js'

export interface Fault {
  readonly kind: FaultKind
  /** Counted from 1. */
  readonly node: number
  /** Milliseconds from now until it happens, and until it is taken back. */
  readonly from: number
  readonly to: number
}

export const FAULT_WORDS = {
  kill: { broken: 'killed with kill -9', mended: 'started again' },
  freeze: { broken: 'frozen with SIGSTOP', mended: 'let go on with SIGCONT' },
} as const satisfies Record<FaultKind, unknown>

/** A fault in the second quarter of the time, in good time to see the node come back. */
export function planFault(fault: { readonly kind: FaultKind; readonly node: number }, seconds: number): Fault {
  return { ...fault, from: Math.round((seconds * 1000 * 8) / 30), to: Math.round((seconds * 1000 * 14) / 30) }
}

/** Breaks the node and mends it. Resolves when all nodes are in the cluster again and up to date. */
export async function runFault(
  cluster: GaleraCluster,
  { kind, node: number, from, to }: Fault,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const node = cluster.node(number - 1)
  const { broken, mended } = FAULT_WORDS[kind]
  await sleep(from, undefined, { signal })
  await (kind === 'kill' ? node.kill() : node.freeze())
  say(`${node.name} is ${broken}`)
  await sleep(to - from, undefined, { signal })
  say(`${node.name} is ${mended}`)
  const begin = performance.now()
  if (kind === 'kill') await node.start({ wait: false })
  else node.thaw()
  await cluster.waitUntilHealthy(60_000, signal)
  say(`${node.name} is synced again, after ${((performance.now() - begin) / 1000).toFixed(1)} s`)
}
