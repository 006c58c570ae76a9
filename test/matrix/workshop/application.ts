import { cpSync, existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'

import { runProgram } from '../../cluster/run-program.js'
import { installedVersion, npmInstall } from './npm.js'
import { root } from './tarballs.js'

const GENERATE_TIMEOUT = 120_000

/** What an application has installed: packages of this project, and libraries with their versions. */
export interface ApplicationNeeds {
  /** Without their scope: `core`. */
  readonly packages: readonly string[]
  readonly libraries: Readonly<Record<string, string>>
}

/** A folder with an application in it, as a user would have it. */
export interface Application {
  readonly directory: string
  readonly needs: ApplicationNeeds
  versionOf(library: string): string | undefined
}

/** Installs everything, and generates its Prisma client where it has Prisma. @throws Unavailable */
export async function makeApplication(
  directory: string,
  needs: ApplicationNeeds,
  tarballs: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<Application> {
  const own = needs.packages.map((name) => tarballs.get(`@mysql-hostpool/${name}`) ?? name)
  const libraries = Object.entries(needs.libraries).map(([name, version]) => `${name}@${version}`)
  await npmInstall(directory, [...own, ...libraries], signal)
  cpSync(join(root, 'test', 'matrix', 'programs'), directory, { recursive: true })
  if ('prisma' in needs.libraries) await generateClient(directory, signal)
  return { directory, needs, versionOf: (library) => installedVersion(directory, library) }
}

async function generateClient(directory: string, signal: AbortSignal): Promise<void> {
  const options = { cwd: directory, timeout: GENERATE_TIMEOUT, signal }
  // Generating does not use the engine, but would download it; any program that exists will do.
  const env = {
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    CHECKPOINT_DISABLE: '1',
  }
  // By its own name the workspace would take it for one of its schemas, and generate a client of it here.
  renameSync(join(directory, 'schema.prisma.txt'), join(directory, 'schema.prisma'))
  const prisma = join(directory, 'node_modules', 'prisma', 'build', 'index.js')
  const generate = [prisma, 'generate', '--schema', join(directory, 'schema.prisma')]
  await runProgram(process.execPath, generate, { ...options, env })
  const compile = ['--module', 'nodenext', '--target', 'es2022', '--skipLibCheck', '--types', 'node']
  const types = ['--typeRoots', join(root, 'node_modules', '@types')]
  const places = ['--rootDir', 'generated-source', '--outDir', 'generated', 'generated-source/client.ts']
  await runProgram(process.execPath, [compiler(), ...compile, ...types, ...places], options)
}

/** The compiler that builds this project. */
function compiler(): string {
  const path = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  if (!existsSync(path)) throw new Error('the workspace has no compiler: npm run build')
  return path
}
