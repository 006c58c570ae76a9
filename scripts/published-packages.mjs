import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './workspace.mjs'

/** The packages that are published: the name of the folder, its place, and what its package.json says. */
export function publishedPackages() {
  return readdirSync(join(root, 'packages')).map((folder) => {
    const directory = join(root, 'packages', folder)
    return { folder, directory, manifest: JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) }
  })
}
