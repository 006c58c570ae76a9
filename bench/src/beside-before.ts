import { fileURLToPath, pathToFileURL } from 'node:url'
import { resolve } from 'node:path'
import type { Benchmark, Comparison } from './benchmark.js'

const LOADER = fileURLToPath(new URL('packages-of.js', import.meta.url))

/**
 * The same benchmark for this pool, itself again, and the build of another checkout, in place of all other pools. What is
 * measured around the pool is this checkout's code for all three.
 * @param checkout - its folder
 */
export function besideBefore(benchmark: Benchmark, checkout: string): Benchmark {
  const again = benchmark.comparisons.filter(({ to }) => to.endsWith('again'))
  const toBefore = again.map((comparison): Comparison => ({
    ...withoutTarget(comparison),
    to: beforeOf(comparison.to),
  }))
  const originals = new Map(toBefore.map(({ of, to }) => [to, of]))
  const loader = ['--import', `data:text/javascript,${encodeURIComponent(loaderText(resolve(checkout)))}`]
  return {
    ...benchmark,
    subjects: [...new Set([...again, ...toBefore].flatMap(({ of, to }) => [of, to]))],
    comparisons: [...again, ...toBefore],
    limits: [],
    measuredAs: (subject) => originals.get(subject) ?? subject,
    flags: (subject) => [...(benchmark.flags?.(subject) ?? []), ...(originals.has(subject) ? loader : [])],
  }
}

function beforeOf(again: string): string {
  return again.replace(/again$/, 'before')
}

function withoutTarget({ kind, case: load, metric, of, to }: Comparison): Comparison {
  return { kind, case: load, metric, of, to }
}

function loaderText(checkout: string): string {
  const from = pathToFileURL(`${checkout}/bench/package.json`).href
  return `import { register } from 'node:module'; register(${JSON.stringify(pathToFileURL(LOADER).href)}, { data: ${JSON.stringify(from)} })`
}
