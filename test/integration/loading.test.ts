import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

import { formatServerUrl } from '../cluster/index.js'
import { freshDatabase } from './setup/fresh-database.js'

const run = promisify(execFile)

const PACKAGES = ['core', 'mysql2', 'typeorm', 'prisma', 'opentelemetry', 'nestjs', 'status-page']

const SEEN = {
  read: [
    {
      id: expect.any(Number) as number,
      name: 'one',
      big: '9223372036854775807',
      day: '2026-02-28',
      note: { list: [1, 'two'] },
    },
    { id: expect.any(Number) as number, name: 'two', big: '2', day: '2026-03-01', note: 'text' },
  ],
  updated: 1,
  rolledBack: 'changed my mind',
  runs: 2,
  streamed: ['one', 'three', 'four'],
  failed: 'ER_NO_SUCH_TABLE',
  counts: [3, 3],
}

async function databaseUrl(name: string): Promise<string> {
  const database = await freshDatabase(name)
  const variables = Object.entries(database.sessionVariables).map(([key, value]) => `sessionVariables.${key}=${value}`)
  return `${formatServerUrl({ ...database, hosts: database.host })}?${variables.join('&')}`
}

test.concurrent.each([
  ['1.x', 'an ES module', 'typeorm', 'mjs'],
  ['1.x', 'CommonJS', 'typeorm', 'cjs'],
  ['0.3.x', 'an ES module', 'typeorm-0.3', 'mjs'],
  ['0.3.x', 'CommonJS', 'typeorm-0.3', 'cjs'],
])('TypeORM %s works from %s, with both types', async (_version, _from, name, extension) => {
  const url = await databaseUrl(`loading_${name.replace(/\W/g, '')}_${extension}`)
  const program = fileURLToPath(new URL(`loading/typeorm.${extension}`, import.meta.url))
  const { stdout } = await run(process.execPath, [program, name, url], { timeout: 25_000 })
  expect(JSON.parse(stdout)).toEqual([SEEN, SEEN])
})

test.concurrent.each([
  ['CommonJS, as by default', 'commonjs.spec.cjs', ''],
  ['ES modules', 'module.spec.mjs', '--experimental-vm-modules'],
])(
  'Jest loads every package from %s',
  async (_from, file, options) => {
    const jest = createRequire(import.meta.url).resolve('jest/bin/jest')
    const rootDir = fileURLToPath(new URL('loading/jest', import.meta.url))
    const config = JSON.stringify({
      rootDir,
      testMatch: [`**/${file}`],
      transform: {},
      testTimeout: 40_000,
      moduleFileExtensions: ['js', 'mjs', 'cjs', 'json'],
    })
    const DATABASE_URL = await databaseUrl(`loading_jest_${options === '' ? 'cjs' : 'mjs'}`)
    const env = { ...process.env, DATABASE_URL, NODE_OPTIONS: options }
    const args = [jest, '--config', config, '--watchman=false', '--cache=false', '--detectOpenHandles']
    const { stderr } = await run(process.execPath, args, { timeout: 55_000, env })
    expect(stderr).toContain('1 passed, 1 total')
    expect(stderr).not.toContain('open handle')
  },
  60_000,
)

const packages = fileURLToPath(new URL('../../packages', import.meta.url))

/** What compiled code asks for by name, without Node's own modules. */
function importsOf(file: string): Set<string> {
  const names = readFileSync(file, 'utf8').matchAll(
    /(?:^|[;}\s])(?:from |import |import\(|require\()['"]([@\w][^'"]*)['"]/gm,
  )
  const modules = [...names].map(([, name = '']) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name)
  return new Set(modules.filter((name) => !isBuiltin(name)))
}

test.each(PACKAGES)('%s imports nothing but what its package asks for', (name) => {
  const { dependencies = {}, peerDependencies = {} } = JSON.parse(
    readFileSync(join(packages, name, 'package.json'), 'utf8'),
  ) as Record<string, Record<string, string> | undefined>
  const allowed = Object.keys({ ...dependencies, ...peerDependencies })
  for (const build of ['dist', 'cjs/dist']) {
    const folder = join(packages, name, build)
    const files = readdirSync(folder).filter((file) => file.endsWith('.js'))
    const asked = files.flatMap((file) => [...importsOf(join(folder, file))])
    expect(asked.length).toBeGreaterThan(0)
    expect(allowed).toEqual(expect.arrayContaining(asked))
  }
})

// A program that is compiled with `skipLibCheck: false` fails for a type that is not installed beside the package.
test.each(PACKAGES)('the declarations of %s need nothing but what its package asks for', (name) => {
  const { dependencies = {}, peerDependencies = {} } = JSON.parse(
    readFileSync(join(packages, name, 'package.json'), 'utf8'),
  ) as Record<string, Record<string, string> | undefined>
  const allowed = Object.keys({ ...dependencies, ...peerDependencies })
  for (const build of ['dist', 'cjs/dist']) {
    const asked = [...importsOf(join(packages, name, build, 'index.d.ts'))]
    expect(allowed).toEqual(expect.arrayContaining(asked))
  }
})

const LOADS = {
  require: 'async (name) => require(name)',
  import: '(name) => import(name)',
}

// Mocha's --check-leaks fails the tests of an application for a global that one of its libraries leaves behind.
test.each(['require', 'import'] as const)('no package leaves a global behind, loaded by %s', async (way) => {
  const theirs = [
    'mysql2',
    '@prisma/driver-adapter-utils',
    '@prisma/client/runtime/client',
    '@opentelemetry/api',
    '@nestjs/core',
  ]
  const ours = PACKAGES.map((name) => `@mysql-hostpool/${name}`)
  const program = `
    const load = ${LOADS[way]}
    const loadAll = async (names) => { for (const name of names) await load(name) }
    loadAll(${JSON.stringify(theirs)}).then(async () => {
      const before = new Set(Object.getOwnPropertyNames(globalThis))
      await loadAll(${JSON.stringify(ours)})
      const left = Object.getOwnPropertyNames(globalThis).filter((name) => !before.has(name))
      process.stdout.write(JSON.stringify(left))
    })`
  const { stdout } = await run(process.execPath, ['--eval', program], { cwd: join(packages, '..', 'test') })
  expect(JSON.parse(stdout)).toEqual([])
})

// TypeScript 7 has no other setting any more; earlier compilers refuse a default import of a module that has none.
test.each(PACKAGES)(
  'the declarations of %s import nothing by default, so that they compile without esModuleInterop',
  (name) => {
    for (const built of ['dist', 'cjs/dist']) {
      const text = readFileSync(join(packages, name, built, 'index.d.ts'), 'utf8')
      expect(text).not.toMatch(/^import (?:type )?\w+ from/m)
    }
  },
)

// Before TypeScript 5.7 these types have no parameter, and an inferred type is written into the declarations with one.
test.each(PACKAGES)(
  'the declarations of %s give no parameter to Buffer and its like, so that they compile with TypeScript 5.0',
  (name) => {
    for (const built of ['dist', 'cjs/dist']) {
      const folder = join(packages, name, built)
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
        /\.d\.[cm]?ts$/.test(file),
      )
      expect(files.length).toBeGreaterThan(0)
      const wrong = files.filter((file) =>
        /\b(?:Buffer|DataView|\w+Array)<Array\w*Buffer/.test(readFileSync(join(folder, file), 'utf8')),
      )
      expect(wrong.filter((file) => !/\.test\.|^testing/.test(file))).toEqual([])
    }
  },
)
