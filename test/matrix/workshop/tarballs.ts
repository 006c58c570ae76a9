import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { runProgram } from '../../cluster/run-program.js'

const PACK_TIMEOUT = 120_000

/** Of the repository; this file is compiled to `test/dist/matrix/workshop`. */
export const root = findRoot(fileURLToPath(new URL('.', import.meta.url)))

/** Packs every package as it is published. Resolves to the file of each, by the package's name. */
export async function packAll(directory: string, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  mkdirSync(directory, { recursive: true })
  const { packageManager }: { readonly packageManager: string } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  )
  const pack = ['--recursive', '--filter', './packages/*', 'pack', '--pack-destination', directory]
  await runProgram('npx', ['--yes', packageManager, ...pack], { cwd: root, timeout: PACK_TIMEOUT, signal })
  const files = readdirSync(directory)
  return new Map(
    readdirSync(join(root, 'packages')).map((folder) => {
      const { name }: { readonly name: string } = JSON.parse(
        readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'),
      )
      const file = files.find((each) => each.startsWith(`${name.replace('@', '').replace('/', '-')}-`))
      if (file === undefined) throw new Error(`${name} was not packed`)
      return [name, join(directory, file)]
    }),
  )
}

function findRoot(from: string): string {
  const [path] = from.split(/[/\\]test[/\\](?:dist[/\\])?matrix[/\\]/)
  if (path === undefined || path === from) throw new Error(`${from} is not in test/matrix`)
  return path
}
