import { existsSync, readdirSync, renameSync } from 'node:fs'
import { delimiter, join } from 'node:path'

import { runProgram } from '../cluster/run-program.js'
import { discardDirectory, makeOwnedDirectory, templateBase } from '../cluster/working-directory.js'

const DOWNLOAD_TIMEOUT = 120_000

/** Where Prometheus is on this machine: installed, or unpacked by `providePrometheus`; undefined where it is not. */
export function findPrometheus(): string | undefined {
  const installed = (process.env['PATH'] ?? '').split(delimiter).map((directory) => join(directory, 'prometheus'))
  return [...installed, unpacked()].find((path) => existsSync(path))
}

/**
 * The package of Debian or Ubuntu is fetched with apt and unpacked apart from this machine's own, once for all runs: nothing is
 * installed, and no service is started.
 */
export async function providePrometheus(onProgress: (line: string) => void): Promise<string> {
  const found = findPrometheus()
  if (found !== undefined) return found
  onProgress('downloading Prometheus with apt (once, 20 MB)')
  const building = makeOwnedDirectory(templateBase(), 'building')
  const options = { timeout: DOWNLOAD_TIMEOUT, cwd: building }
  try {
    await runProgram('apt-get', ['-q', ...(process.getuid?.() === 0 ? AS_ROOT : []), 'download', 'prometheus'], options)
    const archive = readdirSync(building).find((name) => name.endsWith('.deb'))
    if (archive === undefined) throw new Error('apt has fetched nothing')
    await runProgram('dpkg-deb', ['-x', join(building, archive), join(building, 'root')], options)
    if (!existsSync(directory())) renameSync(building, directory())
  } catch (error) {
    throw new Error('Prometheus cannot be had here: install it, so that `prometheus` is found in PATH', {
      cause: error,
    })
  } finally {
    discardDirectory(building)
  }
  return unpacked()
}

const AS_ROOT = ['-o', 'APT::Sandbox::User=root']

function directory(): string {
  return join(templateBase(), 'prometheus')
}

function unpacked(): string {
  return join(directory(), 'root', 'usr', 'bin', 'prometheus')
}
