import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { rolldown } from 'rolldown'

import type { Life, SearchResult } from './lives.js'

/** A change of the sources at one place. */
interface Edit {
  readonly file: string
  /** The text to replace, which the file must have exactly once. */
  readonly from: string
  readonly to: string
}

/** A fault that a model must find. */
export interface PlantedFault {
  readonly name: string
  /** The seed of a life in which the fault was found, as a place to begin the search. */
  readonly life: number
  readonly edits: readonly Edit[]
}

/** The folder of the package. The path is the same from the sources and from the build. */
const PACKAGE = fileURLToPath(new URL('../../../', import.meta.url))
const SOURCES = join(PACKAGE, 'src')

interface Searching {
  readonly search: (
    seed: number,
    operations: number,
    options: { readonly shortens: boolean },
  ) => Promise<SearchResult<Life<unknown, unknown>>>
}

/** Looks for a fault that is put into a copy of the pool's sources. The sources of the pool have nothing for this purpose. */
export async function searchWith(
  model: 'leases' | 'hosts',
  { edits }: PlantedFault,
  seed: number,
  operations: number,
): Promise<SearchResult<Life<unknown, unknown>>> {
  const planted = new Set<string>()
  const bundle = await rolldown({
    input: join(SOURCES, 'testing', model, 'search.ts'),
    platform: 'node',
    external: [/^node:/, /^mysql2/, /^zod/],
    plugins: [
      {
        name: 'plant',
        transform: (code, id) => {
          const file = relative(SOURCES, id).split(sep).join('/')
          let changed = code
          for (const edit of edits) {
            if (edit.file !== file) continue
            if (changed.split(edit.from).length !== 2) throw new Error(`${file} has not once: ${edit.from}`)
            changed = changed.replace(edit.from, () => edit.to)
            planted.add(edit.from)
          }
          return changed
        },
      },
    ],
  })
  const { output } = await bundle.generate({ format: 'esm', codeSplitting: false })
  await bundle.close()
  for (const { file, from } of edits) if (!planted.has(from)) throw new Error(`${file} is no part of the pool: ${from}`)
  // The copy is inside of the package, so that imports of other packages are resolved as in the package.
  const folder = await mkdtemp(join(PACKAGE, 'node_modules', '.planted-'))
  try {
    const path = join(folder, 'search.mjs')
    await writeFile(path, output[0].code)
    const { search } = (await import(pathToFileURL(path).href)) as Searching
    return await search(seed, operations, { shortens: false })
  } finally {
    await rm(folder, { recursive: true })
  }
}
