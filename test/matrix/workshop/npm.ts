import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { errorMessage } from '../../cluster/error-text.js'
import { runProgram } from '../../cluster/run-program.js'
import { Unavailable } from '../report/result.js'

const INSTALL_TIMEOUT = 300_000
const NOT_THERE = /\b(?:E404|ETARGET|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTCACHED|EBADPLATFORM)\b/

/**
 * Installs packages into a folder as a user of npm does, from npm's cache as far as it has them. No script of any package runs.
 * @param specs - as npm takes them: `typeorm@0.3`, a path of a tarball
 * @throws Unavailable
 */
export async function npmInstall(directory: string, specs: readonly string[], signal: AbortSignal): Promise<void> {
  mkdirSync(directory, { recursive: true })
  const manifest = join(directory, 'package.json')
  if (!existsSync(manifest)) {
    writeFileSync(manifest, `${JSON.stringify({ name: 'application', private: true, type: 'module' }, null, 2)}\n`)
  }
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts', '--prefer-offline']
  try {
    await runProgram('npm', ['install', ...quiet, ...specs], { cwd: directory, timeout: INSTALL_TIMEOUT, signal })
  } catch (error) {
    signal.throwIfAborted()
    const said = saidBy(error)
    if (isNotToBeHad(said)) throw new Unavailable(`npm cannot get it: ${said}`, { cause: error })
    throw new Error(`npm cannot install it: ${said}`, { cause: error })
  }
}

/** All that npm said, without its own marks and where it keeps its logs: the reason stands at the beginning. */
function saidBy(error: unknown): string {
  const { cause } = error instanceof Error ? error : {}
  const own = errorMessage(cause ?? error)
    .split('\n')
    .filter((line) => line.startsWith('npm ') && !/_logs|full report/.test(line))
    .map((line) => line.replace(/^npm \w+ ?/, '').trim())
    .filter((line) => line !== '')
    .join('\n')
  return own || errorMessage(error)
}

/** Whether npm says that a package is not to be had. That packages do not fit together is no such case, but a fault. */
export function isNotToBeHad(said: string): boolean {
  return NOT_THERE.test(said)
}

/** The version of a package in a folder's node_modules; undefined where there is none. */
export function installedVersion(directory: string, name: string): string | undefined {
  const manifest = join(directory, 'node_modules', name, 'package.json')
  if (!existsSync(manifest)) return undefined
  const { version }: { readonly version: string } = JSON.parse(readFileSync(manifest, 'utf8'))
  return version
}
