import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { installWithApt } from './apt.mjs'
import { root } from './workspace.mjs'

/**
 * Sees to it that a Galera cluster can be started on this machine, unless the environment variable, where there
 * is one, points to servers that run already. Throws with what to install where that cannot be done from here.
 */
export async function provideDatabase(variable) {
  if (variable && process.env[variable]) return
  const installation = await builtInstallation()
  const missing = installation.missingPackages()
  if (missing.length === 0) return
  const elsewhere =
    variable &&
    `Or point ${variable} to servers that run already: mysql://user:password@host1,host2,host3:port/database`
  const advice = [`${installation.installAdvice(missing)}.`, elsewhere].filter(Boolean).join('\n')
  await installWithApt(missing, advice)
  const still = installation.missingPackages()
  if (still.length > 0)
    throw new Error(`apt has installed ${missing.join(', ')}, and yet ${installation.installAdvice(still)}`)
}

async function builtInstallation() {
  const path = join(root, 'test', 'dist', 'cluster', 'server-installation.js')
  if (!existsSync(path)) throw new Error('the cluster harness was not built')
  return import(pathToFileURL(path).href)
}
