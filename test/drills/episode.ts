import { setTimeout as sleep } from 'node:timers/promises'
import { now } from './clock.js'
import type { Stage, Trouble } from './faults.js'

const LOOK_EVERY = 50
/** For the pools to meet what the cluster has made of a fault. */
const IN_EFFECT = 500
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
  stage: Pick<Stage, 'cluster' | 'signal' | 'pace'>,
  troubles: readonly Trouble[],
  seconds: number,
): Promise<readonly Episode[]> {
  const breaking = now()
  await Promise.all(troubles.map((trouble) => trouble.begin()))
  const broken = now()
  const takeEffect = troubles.map(async ({ takenEffect }) => {
    if (!takenEffect) return
    await takenEffect()
    await sleep(IN_EFFECT)
  })
  await Promise.all([sleep(seconds * 1000, undefined, { signal: stage.signal }), ...takeEffect])
  const mending = now()
  const ends = troubles.map((trouble) => trouble.end())
  // Where all nodes are down, the first can be used long before the last has been started.
  const usable = troubles.map(({ node }) => usableAt(stage, node))
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

async function usableAt({ cluster, signal, pace }: Parameters<typeof runEpisode>[0], index: number): Promise<number> {
  const deadline = now() + USABLE_TIMEOUT
  let since: number | undefined
  while (now() < deadline) {
    signal.throwIfAborted()
    since = (await cluster.node(index).isUsable()) ? (since ?? now()) : undefined
    if (since !== undefined && now() - since >= pace.steady) return since
    await sleep(LOOK_EVERY)
  }
  throw new Error(`node${index + 1} was not usable again within ${USABLE_TIMEOUT} ms`)
}
