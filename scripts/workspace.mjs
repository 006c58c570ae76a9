import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** The directories of all packages of the workspace, read from the patterns of pnpm-workspace.yaml. */
export function packageDirectories() {
  const list =
    /^packages:\n((?:[ \t]+-.*\n)+)/m.exec(readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8'))?.[1] ?? ''
  return list
    .split('\n')
    .map((line) => line.replace(/^\s*-\s*|['"]|\s+$/g, ''))
    .filter((pattern) => pattern !== '')
    .flatMap((pattern) =>
      pattern.endsWith('/*') ? subdirectories(join(root, pattern.slice(0, -2))) : [join(root, pattern)],
    )
    .filter((directory) => existsSync(join(directory, 'package.json')))
}

function subdirectories(directory) {
  if (!existsSync(directory)) return []
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(directory, entry.name))
}

/** A program that the workspace has installed. */
export function binary(name) {
  return join(root, 'node_modules', '.bin', name)
}

/** Runs `work` unless it was done before with the same files, and what it makes is still there. */
export async function unlessDone(name, { files, outputs }, work) {
  const hash = createHash('sha256').update(process.version)
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(file))
  const digest = hash.digest('hex')
  const stamp = join(root, 'node_modules', '.set-up', name)
  const done = existsSync(stamp) && readFileSync(stamp, 'utf8') === digest
  if (done && outputs.every((output) => existsSync(output))) return
  await work()
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, digest)
}
