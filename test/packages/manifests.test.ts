import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, it } from 'vitest'

import { filesIn, FOLDERS, manifestIn, root, unpacked } from './setup/packages.js'

const REPOSITORY = 'https://github.com/mysql-hostpool/mysql-hostpool'

describe.each(FOLDERS)('the package.json of %s, as it is published,', (folder) => {
  const manifest = manifestIn(unpacked(folder))
  const { dependencies = {}, devDependencies = {}, peerDependencies = {} } = manifest

  it('says where its sources are, and where a reader asks', () => {
    expect(manifest.repository).toEqual({
      type: 'git',
      url: `git+${REPOSITORY}.git`,
      directory: `packages/${folder}`,
    })
    expect(manifest.homepage).toBe(`${REPOSITORY}/tree/main/packages/${folder}#readme`)
    expect(manifest.bugs).toEqual({ url: `${REPOSITORY}/issues` })
    expect(manifest.license).toBe('MIT')
    expect(manifest.description).toMatch(/^\w.*\.|\?/)
  })

  it('asks for publication for all, with provenance', () => {
    expect(manifest.publishConfig).toEqual({ access: 'public', provenance: true })
  })

  it('holds nothing that only the workspace understands', () => {
    const ranges = Object.values({ ...dependencies, ...devDependencies, ...peerDependencies })
    expect(ranges.filter((range) => /^(?:workspace|catalog|link|file|portal):/.test(range))).toEqual([])
  })

  it('is the same by npm and by pnpm', () => {
    expect(manifestIn(join(inject('unpackedOfNpm'), folder))).toEqual(manifest)
  })

  it('runs nothing where it is installed', () => {
    expect(Object.keys(manifest.scripts ?? {})).toEqual([])
  })

  it('leads to files that are there', () => {
    const paths = [manifest.main, manifest.types, ...Object.values(manifest.bin ?? {}), ...leaves(manifest.exports)]
    const files = filesIn(unpacked(folder))
    for (const path of paths) expect(files).toContain(path.replace('./', ''))
  })

  it('asks for the other packages in the version that is released with it', () => {
    const { version } = manifest
    const siblings = Object.entries({ ...dependencies, ...peerDependencies }).filter(([name]) =>
      name.startsWith('@mysql-hostpool/'),
    )
    for (const [name, range] of siblings) expect([name, range]).toEqual([name, `^${version}`])
    expect(version).toBe(manifestIn(unpacked('core')).version)
  })

  it('asks for what the workspace is tested with, where a version stands in the catalog', () => {
    const catalog = new Map(catalogOfWorkspace())
    const named = Object.entries({ ...dependencies, ...devDependencies }).filter(([name]) => catalog.has(name))
    for (const [name, range] of named) expect([name, range]).toEqual([name, catalog.get(name)])
  })
})

it('every license and README is packed', () => {
  for (const folder of FOLDERS)
    expect(filesIn(unpacked(folder))).toEqual(expect.arrayContaining(['LICENSE', 'README.md']))
})

/** The paths in a tree of conditions. */
function leaves(tree: unknown): readonly string[] {
  if (typeof tree === 'string') return [tree]
  return typeof tree === 'object' && tree !== null ? Object.values(tree).flatMap(leaves) : []
}

function catalogOfWorkspace(): readonly (readonly [string, string])[] {
  const [, catalog = ''] =
    /^catalog:\n((?: {2}.*\n?)+)/m.exec(readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8')) ?? []
  const rows = [...catalog.matchAll(/^ {2}'?([^':]+)'?: (.+)$/gm)]
  return rows.map(([, name = '', version = '']) => [name, version.replaceAll("'", '')] as const)
}
