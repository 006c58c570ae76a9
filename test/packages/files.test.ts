import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, inject, it } from 'vitest'

import { filesIn, FOLDERS, unpacked } from './setup/packages.js'

/** All that a package may hold. */
const ALLOWED = [
  /^(?:LICENSE|README\.md|package\.json|cjs\/package\.json)$/,
  /^(?:cjs\/)?dist\/[\w-]+\.js(?:\.map)?$/,
  /^(?:cjs\/)?dist\/index\.d\.ts(?:\.map)?$/,
  /^(?:cjs\/)?dist\/\w+\.LICENSE$/,
  /^src\/(?!.*(?:\.test\.ts$|\btesting\/)).*\.ts$/,
  /^bin\/mysql-hostpool\.js$/,
  /^grafana\/dashboard\.json$/,
]

const NOT_FOR_OTHERS = [/\/work\//, /\/home\//, /\/Users\//, /BEGIN [A-Z ]*PRIVATE KEY/]

describe.each(FOLDERS)('the file of %s', (folder) => {
  const directory = unpacked(folder)
  const files = filesIn(directory)

  it('holds the code, its declarations and its sources, and nothing else', () => {
    expect(files.filter((file) => !ALLOWED.some((pattern) => pattern.test(file)))).toEqual([])
  })

  it('holds one file of declarations for ES modules and one for CommonJS, which are the same', () => {
    const declarations = files.filter((file) => /\.d\.[cm]?ts$/.test(file))
    expect(declarations).toEqual(['cjs/dist/index.d.ts', 'dist/index.d.ts'])
    const [cjs, esm] = declarations.map((file) => readFileSync(join(directory, file), 'utf8'))
    expect(cjs).toBe(esm)
  })

  it('holds the same by npm and by pnpm', () => {
    const ofNpm = join(inject('unpackedOfNpm'), folder)
    const hashes = (of: string): readonly (readonly [string, string])[] =>
      filesIn(of)
        .filter((file) => file !== 'package.json')
        .map(
          (file) =>
            [
              file,
              createHash('sha256')
                .update(readFileSync(join(of, file)))
                .digest('hex'),
            ] as const,
        )
    expect(hashes(ofNpm)).toEqual(hashes(directory))
  })

  it('leads from its maps to sources that are packed', () => {
    const maps = files.filter((file) => file.endsWith('.map'))
    expect(maps.length).toBeGreaterThan(3)
    const missing = maps.flatMap((file) => {
      const { sources } = JSON.parse(readFileSync(join(directory, file), 'utf8')) as {
        readonly sources: readonly string[]
      }
      const paths = sources.map((source) => join(dirname(file), source).replaceAll('\\', '/'))
      return paths.filter((path) => path.startsWith('src/') && !files.includes(path))
    })
    expect(missing).toEqual([])
  })

  it('tells nothing of the machine that it was made on', () => {
    const telling = files.filter((file) => {
      const text = readFileSync(join(directory, file), 'utf8')
      return NOT_FOR_OTHERS.some((pattern) => pattern.test(text))
    })
    expect(telling).toEqual([])
  })

  it('keeps the comments of what it declares', () => {
    const text = readFileSync(join(directory, 'dist/index.d.ts'), 'utf8')
    expect(text.match(/\/\*\*/g)?.length ?? 0).toBeGreaterThan(3)
  })
})
