import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { must, run } from './child.mjs'
import { publishedPackages } from './published-packages.mjs'
import { say } from './progress.mjs'
import { root } from './workspace.mjs'

/**
 * Publishes the packages that `pack` has left in a directory, dependencies first, and leaves out those that the registry has.
 * `dryRun` asks npm what it would do, and asks nothing of the network.
 */
export async function publish(from, { dryRun }) {
  const directory = resolve(root, from)
  const packages = inOrder(publishedPackages()).map(({ manifest: { name, version } }) => ({
    name,
    version,
    file: tarball(directory, name, version),
  }))
  if (dryRun) {
    const tryOut = ({ file }) => must('npm', ['publish', file, '--dry-run', '--offline'], { cwd: root, capture: true })
    await Promise.all(packages.map(tryOut))
    for (const { name, version } of packages) say(`${name}@${version} would be published\n`)
    return
  }
  const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8')
  for (const { name, version, file } of packages) {
    if (!changelog.includes(`\n## ${version}\n`)) throw new Error(`CHANGELOG.md has no heading "## ${version}"`)
    if (await isPublished(name, version)) say(`${name}@${version} is published already\n`)
    else await must('npm', ['publish', file], { cwd: root })
  }
}

/** Whether the registry lacks a package in its present version. */
export async function isPending() {
  for (const { manifest } of publishedPackages()) {
    if (!(await isPublished(manifest.name, manifest.version))) return true
  }
  return false
}

function tarball(directory, name, version) {
  const wanted = `${name.replace('@', '').replace('/', '-')}-${version}.tgz`
  if (!readdirSync(directory).includes(wanted))
    throw new Error(`${wanted} is not in ${directory}; \`npm run pack\` makes it`)
  return join(directory, wanted)
}

async function isPublished(name, version) {
  const { status, output } = await run('npm', ['view', `${name}@${version}`, 'version'], { cwd: root, capture: true })
  if (status === 0) return output.includes(version)
  // The registry's word that it has no such package is an answer; anything else is none.
  if (output.includes('E404')) return false
  throw new Error(`the registry did not answer whether it has ${name}@${version}:\n${output}`)
}

/** A package after those that it depends on, so that no version that can be installed asks for one that cannot. */
function inOrder(packages) {
  const left = new Map(packages.map((each) => [each.manifest.name, each]))
  const ordered = []
  const take = (name) => {
    const each = left.get(name)
    if (each === undefined) return
    left.delete(name)
    for (const dependency of Object.keys(each.manifest.dependencies ?? {})) take(dependency)
    ordered.push(each)
  }
  for (const { manifest } of packages) take(manifest.name)
  return ordered
}
