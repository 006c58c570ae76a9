import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { unpackDebianPackages, unpackedLinker } from '../debian-packages.js'
import { errorMessage } from '../error-text.js'
import { runProgram } from '../run-program.js'
import { findSetpriv, serverAccount, type ServerInstallation } from '../server-installation.js'
import { discardDirectory, makeOwnedDirectory, templateBase } from '../working-directory.js'

/** This MariaDB cannot be had on this machine; the message says why. */
export class MariaDbUnavailable extends Error {}

const STEP_TIMEOUT = 30_000
/** Debian's package of Galera 4 has the provider for each MariaDB of its release. */
const PACKAGES = ['mariadb-server', 'galera-4', 'libc6']

/**
 * The MariaDB of one of Debian's releases, with its Galera, unpacked apart from what this machine has installed, once for all
 * runs.
 *
 * @param suite - the release: `trixie` has MariaDB 11.8
 * @throws MariaDbUnavailable
 */
export async function provideUnpackedMariaDb(
  suite: string,
  onProgress: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<ServerInstallation> {
  const base = templateBase()
  const path = join(base, `mariadb-${suite}`)
  try {
    if (!existsSync(path)) {
      onProgress(`downloading the MariaDB of Debian ${suite} (once, 50 MB)`)
      const building = makeOwnedDirectory(base, 'building')
      try {
        await unpackDebianPackages({ suite, packages: PACKAGES, directory: building }, signal)
        moveProgramsAside(join(building, 'root'))
        if (!existsSync(path)) renameSync(building, path)
      } finally {
        discardDirectory(building)
      }
    }
    return await installationAt(join(path, 'root'))
  } catch (error) {
    signal?.throwIfAborted()
    throw new MariaDbUnavailable(`the MariaDB of Debian ${suite} cannot be had here: ${errorMessage(error)}`, {
      cause: error,
    })
  }
}

/** Where each program is called, and where it lies: a script in its place starts it with the linker that came with it. */
const PROGRAMS = [
  ['sbin', 'mariadbd'],
  ['bin', 'my_print_defaults'],
  ['bin', 'resolveip'],
] as const

function moveProgramsAside(root: string): void {
  const aside = join(root, 'usr', 'libexec')
  mkdirSync(aside, { recursive: true })
  for (const [directory, name] of PROGRAMS) renameSync(join(root, 'usr', directory, name), join(aside, name))
  // A state transfer looks here first for what it calls (rsync, ss). Those that came along want libraries that this machine's
  // linker does not find.
  const programs = join(root, 'usr', 'bin')
  for (const name of readdirSync(programs)) {
    if (!/^(?:mariadb-install-db|my_print_defaults|resolveip|wsrep_sst_\w+)$/.test(name)) rmSync(join(programs, name))
  }
}

async function installationAt(root: string): Promise<ServerInstallation> {
  const usr = join(root, 'usr')
  writeScripts(root)
  const server = join(usr, 'sbin', 'mariadbd')
  const installDb = join(usr, 'bin', 'mariadb-install-db-here')
  const output = await runProgram(server, ['--no-defaults', '--version'], { timeout: STEP_TIMEOUT })
  return {
    server,
    installDb,
    provider: join(usr, 'lib', 'galera', 'libgalera_smm.so'),
    version: /Ver (\S+)/.exec(output)?.[1] ?? 'unknown',
    account: serverAccount(),
    setpriv: findSetpriv(),
  }
}

/** The scripts name where they are, so they are written when that is known. Options of a file come first, hence at the end. */
function writeScripts(root: string): void {
  const usr = join(root, 'usr')
  const share = join(usr, 'share', existsSync(join(usr, 'share', 'mariadb', 'charsets')) ? 'mariadb' : 'mysql')
  const plugins = readdirSync(join(usr, 'lib', 'mysql')).includes('plugin') ? join(usr, 'lib', 'mysql', 'plugin') : ''
  const places = [
    `--basedir=${usr}`,
    `--lc-messages-dir=${share}`,
    `--character-sets-dir=${join(share, 'charsets')}`,
    `--plugin-dir=${plugins}`,
    // While this plugin of MariaDB 11 is loaded, no option of the provider can be changed: no node could be isolated.
    '--loose-plugin-wsrep-provider=OFF',
  ]
  const linker = unpackedLinker(root).join(' ')
  for (const [directory, name] of PROGRAMS) {
    const own = name === 'mariadbd' ? places.join(' ') : ''
    writeScript(join(usr, directory, name), `exec ${linker} ${join(usr, 'libexec', name)} "$@" ${own}`)
  }
  const original = join(usr, 'bin', 'mariadb-install-db')
  writeScript(`${original}-here`, `exec /bin/sh ${original} "$@" --basedir=${usr}`)
}

function writeScript(path: string, line: string): void {
  writeFileSync(path, `#!/bin/sh\n${line}\n`)
  chmodSync(path, 0o755)
}
