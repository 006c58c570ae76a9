import { must, succeeds } from './child.mjs'
import { say } from './progress.mjs'

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

/** Installs packages of Debian. Throws with the advice where that cannot be done from here. */
export async function installWithApt(missing, advice) {
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
}
