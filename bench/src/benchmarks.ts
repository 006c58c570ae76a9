import type { Benchmark, BenchmarkName } from './benchmark.js'
import { cycle } from './cycle/benchmark.js'
import { growth } from './growth/benchmark.js'
import { levels } from './levels/benchmark.js'
import { prisma } from './prisma/benchmark.js'
import { prismaAdapters } from './prisma-adapters/benchmark.js'
import { query } from './query/benchmark.js'
import { spike } from './spike/benchmark.js'
import { typeorm } from './typeorm/benchmark.js'

/** What each benchmark does, and what a quick run of it does. */
export const benchmarks: Readonly<Record<BenchmarkName, (quick: boolean) => Benchmark>> = {
  cycle,
  query,
  typeorm,
  prisma,
  'prisma-adapters': prismaAdapters,
  spike,
  growth,
  levels,
}
