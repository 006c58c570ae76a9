import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** A Markdown file that users of the packages read. */
export interface Page {
  /** From the root of the repository, with slashes. */
  readonly path: string
  readonly text: string
}

/** The README, those of the packages and of the examples, and everything below `docs`. */
export function pages(): readonly Page[] {
  const files = [
    join(root, 'README.md'),
    ...['packages', 'examples'].flatMap((folder) => markdownBelow(join(root, folder), 1)),
    ...markdownBelow(join(root, 'docs'), Number.POSITIVE_INFINITY),
  ]
  return files.map(page)
}

export function page(file: string): Page {
  return { path: relative(root, file).split(sep).join('/'), text: readFileSync(file, 'utf8') }
}

/** Folders that hold what was installed, made or downloaded. */
const SKIPPED = new Set(['node_modules', 'dist', 'cjs', 'src', 'generated', 'blocks', 'api', 'cache'])

function markdownBelow(folder: string, depth: number): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return depth > 0 && !SKIPPED.has(entry.name) ? markdownBelow(path, depth - 1) : []
      return entry.name.endsWith('.md') ? [path] : []
    })
}
