import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { must, succeeds } from './child.mjs'
import { say } from './progress.mjs'
import { root } from './workspace.mjs'

// While the packages are installed, no service may be started: the clusters here are started by the tests, and what
// else runs on this machine is not ours to change.
const INSTALL = `
set -e
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 130' INT TERM HUP
  printf '#!/bin/sh\\nexit 101\\n' > "$policy"
  chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
apt-get -q -o DPkg::Lock::Timeout=120 update
apt-get -q -y -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 install --no-install-recommends "$@"
`

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
  if (!succeeds('apt-get', ['--version'])) throw new Error(`there is no apt here to install with: ${advice}`)
  const isRoot = process.getuid?.() === 0
  if (!isRoot && !succeeds('sudo', ['-n', 'true'])) {
    throw new Error(`only root can install, and sudo asks for a password here: ${advice}`)
  }
  say(`installing ${missing.join(', ')} with apt\n`)
  const command = [...(isRoot ? [] : ['sudo', '-n']), 'sh', '-c', INSTALL, 'install', ...missing]
  try {
    await must(command[0], command.slice(1))
  } catch (error) {
    throw new Error(`apt could not install what is missing: ${advice}`, { cause: error })
  }
  const still = installation.missingPackages()
  if (still.length > 0)
    throw new Error(`apt has installed ${missing.join(', ')}, and yet ${installation.installAdvice(still)}`)
}

async function builtInstallation() {
  const path = join(root, 'test', 'dist', 'cluster', 'server-installation.js')
  if (!existsSync(path)) throw new Error('the cluster harness was not built')
  return import(pathToFileURL(path).href)
}
