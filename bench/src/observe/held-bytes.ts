import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** How many bytes of the heap something holds on to when it is done. */
export async function heldBytes(run: () => Promise<unknown>): Promise<number> {
  const before = await settledHeap()
  await run()
  return (await settledHeap()) - before
}

async function settledHeap(): Promise<number> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  // What a collection lets go of may let go of more in the next turns.
  for (let round = 0; round < 4; round += 1) {
    collect()
    await new Promise((resolve) => {
      setTimeout(resolve, 20)
    })
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
