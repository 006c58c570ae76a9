import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = import.meta.dirname
/** Not published, and allowed to use all of it. */
const OUTSIDE = new Set(['simulation'])

/** The module of a file: its folder, or the file itself where it lies beside the folders. */
function moduleOf(path: string): string {
  return path.split(sep)[0] ?? path
}

/** Which modules each module imports, types included. */
function dependencies(): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>()
  for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    const from = moduleOf(path)
    if (!path.endsWith('.ts') || path.endsWith('.test.ts') || OUTSIDE.has(from)) continue
    const imported = found.get(from) ?? new Set()
    found.set(from, imported)
    for (const [, target] of readFileSync(join(root, path), 'utf8').matchAll(/ from '(\.[^']+)\.js'/g)) {
      const to = moduleOf(`${relative(root, join(root, dirname(path), target ?? ''))}.ts`)
      if (to !== from) imported.add(to)
    }
  }
  return found
}

describe('the modules of core', () => {
  const graph = dependencies()

  it('are all there', () => expect(graph.size).toBeGreaterThan(10))

  it('depend on each other in one direction, types included', () => {
    const circles: string[] = []
    const visit = (module: string, path: readonly string[]): void => {
      if (path.includes(module)) circles.push([...path.slice(path.indexOf(module)), module].join(' → '))
      else for (const next of graph.get(module) ?? []) visit(next, [...path, module])
    }
    for (const module of graph.keys()) visit(module, [])
    expect(circles).toEqual([])
  })
})
