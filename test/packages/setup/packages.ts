import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inject } from 'vitest'

/** The repository. */
export const root = fileURLToPath(new URL('../../../', import.meta.url))

/** The folders of the packages that are published. */
export const FOLDERS = readdirSync(join(root, 'packages'))

/** What a package.json tells, as far as the tests ask for it. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly description?: string
  readonly license?: string
  readonly homepage?: string
  readonly bugs?: { readonly url: string }
  readonly repository?: { readonly type: string; readonly url: string; readonly directory: string }
  readonly publishConfig?: Readonly<Record<string, unknown>>
  readonly sideEffects?: boolean
  readonly scripts?: Readonly<Record<string, string>>
  readonly main: string
  readonly types: string
  readonly bin?: Readonly<Record<string, string>>
  readonly exports: Readonly<Record<string, unknown>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** The directory that holds what the published file of a package holds. */
export function unpacked(folder: string): string {
  return join(inject('unpacked'), folder)
}

/** The files in a directory, with slashes and in order. */
export function filesIn(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(directory.length + 1)
        .replaceAll('\\', '/'),
    )
    .toSorted()
}

/** What the package.json in a directory says. */
export function manifestIn(directory: string): Manifest {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Manifest
}
