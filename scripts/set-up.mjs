import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { bundle } from './bundle.mjs'
import { must, run } from './child.mjs'
import { say } from './progress.mjs'
import { binary, packageDirectories, root, unlessDone } from './workspace.mjs'

const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** Runs the package manager at the version that package.json pins; nothing but npm has to be installed for it. */
export function packageManagerCommand(...args) {
  return ['npx', ['--yes', packageManager.split('+')[0], ...args]]
}

/** Installs the dependencies exactly as locked. */
export async function install() {
  const manifests = [root, ...packageDirectories()].map((directory) => join(directory, 'package.json'))
  const files = [join(root, 'pnpm-lock.yaml'), join(root, 'pnpm-workspace.yaml'), ...manifests]
  const outputs = manifests.filter(hasDependencies).map((manifest) => join(dirname(manifest), 'node_modules'))
  await unlessDone('install', { files, outputs }, async () => {
    say(`installing dependencies with ${packageManager}\n`)
    const [program, args] = packageManagerCommand('install', '--frozen-lockfile', '--config.confirmModulesPurge=false')
    await must(program, args, { cwd: root })
  })
}

/** Generates the Prisma client of every package that has a Prisma configuration. */
export async function generateClients() {
  for (const directory of packageDirectories()) {
    const config = join(directory, 'prisma.config.ts')
    if (!existsSync(config)) continue
    const schemas = findSchemas(directory)
    const name = relative(root, directory)
    const files = [config, ...schemas, join(directory, 'package.json'), join(root, 'pnpm-lock.yaml')]
    const outputs = schemas.flatMap(outputsOf)
    await unlessDone(`prisma-${name.replaceAll('/', '-')}`, { files, outputs }, async () => {
      say(`generating the Prisma client of ${name}\n`)
      await must(join(directory, 'node_modules', '.bin', 'prisma'), ['generate'], {
        cwd: directory,
        capture: true,
        env: {
          // Generating does not use this engine, but would download it; any program that exists will do.
          PRISMA_SCHEMA_ENGINE_BINARY: process.env.PRISMA_SCHEMA_ENGINE_BINARY ?? process.execPath,
          PRISMA_HIDE_UPDATE_MESSAGE: '1',
          CHECKPOINT_DISABLE: '1',
        },
      })
    })
  }
}

/** Type-checks everything. Resolves to whether there were no errors. */
export async function compile() {
  const { status } = await run(binary('tsc'), ['-b'], { cwd: root })
  return status === 0
}

/** Type-checks and builds everything. Resolves to whether there were no errors. */
export async function build() {
  if (!(await compile())) return false
  await bundle()
  return true
}

function findSchemas(directory) {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) return ['node_modules', 'dist', 'generated'].includes(entry.name) ? [] : findSchemas(path)
    return basename(path).endsWith('.prisma') ? [path] : []
  })
}

function hasDependencies(manifest) {
  const { dependencies = {}, devDependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8'))
  return Object.keys({ ...dependencies, ...devDependencies }).length > 0
}

/** The folders that the generators of a schema write to. */
function outputsOf(schema) {
  return [...readFileSync(schema, 'utf8').matchAll(/^\s*output\s*=\s*"([^"]+)"/gm)].map(([, output]) =>
    resolve(dirname(schema), output),
  )
}
