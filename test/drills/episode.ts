import { setTimeout as sleep } from 'node:timers/promises'
import { type GaleraCluster, NodeState } from '../cluster/index.js'
import { now } from './clock.js'
import type { Trouble } from './faults.js'

const LOOK_EVERY = 50
/** A node that comes back from a hang says for about 4 s that it is as healthy as it was, before it learns what it missed. */
const STEADY = 6_000
const USABLE_TIMEOUT = 90_000

/** When what happened to one node; all times are those of `now()`. */
export interface Episode {
  readonly node: number
  /** Before and after the fault was put on it. */
  readonly breaking: number
  readonly broken: number
  /** When the fault was taken back. */
  readonly mending: number
  /** When the node was a full member again. */
  readonly usable: number
}

/** Lets troubles come together, and stay for some seconds. Resolves when their nodes are well again. */
export async function runEpisode(
  cluster: GaleraCluster,
  troubles: readonly Trouble[],
  seconds: number,
  signal: AbortSignal,
): Promise<readonly Episode[]> {
  const breaking = now()
  await Promise.all(troubles.map((trouble) => trouble.begin()))
  const broken = now()
  await sleep(seconds * 1000, undefined, { signal })
  const mending = now()
  const ends = troubles.map((trouble) => trouble.end())
  // Where all nodes are down, the first can be used long before the last has been started.
  const usable = troubles.map(({ node }) => usableAt(cluster, node, signal))
  await Promise.all(ends)
  return Promise.all(
    troubles.map(async ({ node }, index) => ({
      node,
      breaking,
      broken,
      mending,
      usable: (await usable[index]) ?? NaN,
    })),
  )
}

async function usableAt(cluster: GaleraCluster, index: number, signal: AbortSignal): Promise<number> {
  const deadline = now() + USABLE_TIMEOUT
  let since: number | undefined
  while (now() < deadline) {
    signal.throwIfAborted()
    const { state, wsrep } = await cluster.node(index).status()
    const good = state === NodeState.Synced && !wsrep?.readOnly && wsrep?.rejectQueries === 'NONE'
    since = good ? (since ?? now()) : undefined
    if (since !== undefined && now() - since >= STEADY) return since
    await sleep(LOOK_EVERY)
  }
  throw new Error(`node${index + 1} was not usable again within ${USABLE_TIMEOUT} ms`)
}
