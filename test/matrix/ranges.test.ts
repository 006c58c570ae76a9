import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it, test } from 'vitest'

import { DIMENSIONS } from './dimensions/dimensions.js'
import { type LibraryRow, MYSQL2, NESTJS, OPENTELEMETRY, PRISMA, TYPEORM } from './dimensions/library-rows.js'
import { RUNTIMES } from './dimensions/runtime-rows.js'
import { missingRows, needlessRows, requiredBy } from './ranges.js'
import { root } from './workshop/tarballs.js'

interface Manifest {
  readonly name: string
  readonly engines?: { readonly node?: string }
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

const packages = readdirSync(join(root, 'packages')).map(
  (name): Manifest => JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8')) as Manifest,
)
const catalog = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8')
const node = RUNTIMES.filter(({ runtime }) => runtime === 'node').map(({ version }) => version)
const libraries: readonly LibraryRow[] = [...MYSQL2, ...TYPEORM, ...PRISMA, ...NESTJS, ...OPENTELEMETRY]

/** The versions that there are rows of. */
function rowsOf(library: string): readonly string[] {
  return libraries.flatMap(({ packages }) => packages[library] ?? [])
}

/** A range as it is published. */
function published(library: string, range: string): string {
  if (range !== 'catalog:') return range
  return new RegExp(`^  '?${library}'?: (\\S+)$`, 'm').exec(catalog)?.[1] ?? range
}

const peers = packages.flatMap(({ name, peerDependencies = {} }) =>
  Object.entries(peerDependencies)
    .filter(([library]) => !library.startsWith('@mysql-hostpool/'))
    .map(([library, range]) => ({ name, library, range: published(library, range) })),
)
const drivers = packages.flatMap(({ name, dependencies = {} }) =>
  Object.entries(dependencies)
    .filter(([library]) => library === 'mysql2')
    .map(([library, range]) => ({ name, library, range: published(library, range) })),
)

describe('the matrix shows every version that is allowed', () => {
  it.each(packages)('of Node, by $name', ({ engines }) => {
    expect(missingRows(engines?.node ?? '', node)).toEqual([])
    expect(needlessRows(engines?.node ?? '', node)).toEqual([])
  })

  it.each([...peers, ...drivers])('of $library, by $name', ({ library, range }) => {
    expect(missingRows(range, rowsOf(library))).toEqual([])
    expect(needlessRows(range, rowsOf(library))).toEqual([])
  })

  it('of all that there is: the packages are found', () => {
    expect(peers.map(({ library }) => library)).toEqual(expect.arrayContaining(['typeorm', '@prisma/client']))
    expect(drivers.length).toBeGreaterThan(0)
  })
})

test('no two rows have one name', () => {
  const names = DIMENSIONS.flatMap(({ rows }) => rows)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})

describe('a range', () => {
  it('asks for the oldest and the newest of each of its lines', () => {
    expect(requiredBy('^0.3.26 || ^1.0.0', [])).toEqual({ oldest: ['0.3.26', '1.0.0'], newest: ['0.3', '1'] })
  })

  it('without an end asks for every line between its first and the last that has a row', () => {
    expect(missingRows('>=24.11', ['24.11.0', '24', '26', 'latest'])).toEqual(['25'])
    expect(missingRows('^20.19 || >=24.11', ['20.19.0', '24.11.0', '24', 'latest'])).toEqual(['20'])
  })

  it('without an end asks for what is the latest', () => {
    expect(missingRows('>=24.11', ['24.11.0', '24'])).toEqual(['latest'])
  })

  it('tells the rows that it does not allow', () => {
    expect(needlessRows('^7.0.0', ['6.0.0', '7.0.0', '7'])).toEqual(['6.0.0'])
  })

  it('of a form that is not known is an error', () => {
    expect(() => requiredBy('1.x', [])).toThrow('teach ranges.ts')
  })
})
