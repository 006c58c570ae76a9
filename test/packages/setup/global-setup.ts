import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../../', import.meta.url))

declare module 'vitest' {
  interface ProvidedContext {
    /** The directory of the files that are published. */
    readonly packed: string
    /** A directory that holds, for each package, what its file holds. */
    readonly unpacked: string
    /** The same, packed by npm in place of pnpm. */
    readonly unpackedOfNpm: string
  }
}

/** Unpacks the packages in HOSTPOOL_PACKED, which `npm run pack` makes, and packs each with npm as well. */
export default async function setup(project: TestProject): Promise<() => void> {
  const packed = process.env['HOSTPOOL_PACKED']
  if (packed === undefined) throw new Error('HOSTPOOL_PACKED names no directory; `npm run test:packages` packs first')
  const directory = mkdtempSync(join(tmpdir(), 'hostpool-unpacked-'))
  const unpacked = join(directory, 'pnpm')
  const unpackedOfNpm = join(directory, 'npm')
  await Promise.all([unpackAll(packed, unpacked), packByNpm(directory).then((from) => unpackAll(from, unpackedOfNpm))])
  project.provide('packed', packed)
  project.provide('unpacked', unpacked)
  project.provide('unpackedOfNpm', unpackedOfNpm)
  return () => rmSync(directory, { recursive: true, force: true })
}

async function unpackAll(from: string, to: string): Promise<void> {
  const files = readdirSync(from).filter((name) => name.endsWith('.tgz'))
  await Promise.all(
    files.map(async (name) => {
      const [, folder = name] = /^mysql-hostpool-(.+)-\d+\.\d+\.\d+.*\.tgz$/.exec(name) ?? []
      mkdirSync(join(to, folder), { recursive: true })
      await run('tar', ['-xzf', join(from, name), '-C', join(to, folder), '--strip-components=1'])
    }),
  )
}

/** In a copy without node_modules, which npm would read all of. */
async function packByNpm(directory: string): Promise<string> {
  const copies = join(directory, 'copies')
  cpSync(join(root, 'packages'), copies, {
    recursive: true,
    filter: (path) => !/[\\/](?:node_modules|build)$/.test(path),
  })
  const into = join(directory, 'packed-by-npm')
  mkdirSync(into)
  const folders = readdirSync(copies).map((folder) => `./${folder}`)
  await run('npm', ['pack', ...folders, '--pack-destination', into, '--ignore-scripts', '--offline'], { cwd: copies })
  return into
}
