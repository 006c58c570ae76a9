import { GCProfiler } from 'node:v8'

/** How many bytes of the heap were taken while something ran, collected since or not. */
export async function allocatedBytes(run: () => Promise<unknown>): Promise<number> {
  const profiler = new GCProfiler()
  const before = process.memoryUsage().heapUsed
  profiler.start()
  await run()
  const { statistics } = profiler.stop()
  const after = process.memoryUsage().heapUsed
  const collected = statistics.reduce(
    (sum, { beforeGC, afterGC }) => sum + beforeGC.heapStatistics.usedHeapSize - afterGC.heapStatistics.usedHeapSize,
    0,
  )
  return Math.max(0, after - before + collected)
}
