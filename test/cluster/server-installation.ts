import { execFileSync, spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Account } from './node-files.js'

/** The MariaDB found on this machine and how to run it. */
export interface ServerInstallation {
  readonly server: string
  readonly installDb: string
  readonly provider: string
  readonly version: string
  /** Servers run under this account when the harness runs as root. */
  readonly account: Account | undefined
  /** A `setpriv` that can tie a process to the life of its parent. */
  readonly setpriv: string | undefined
}

const PROVIDERS = [
  '/usr/lib/galera/libgalera_smm.so',
  '/usr/lib64/galera-4/libgalera_smm.so',
  '/usr/lib64/galera/libgalera_smm.so',
  '/usr/lib/libgalera_smm.so',
]

/** System administration programs are often outside an ordinary user's `PATH`. */
export const SEARCH_PATH = [
  ...new Set([
    ...(process.env['PATH'] ?? '').split(delimiter),
    '/usr/local/sbin',
    '/usr/sbin',
    '/usr/bin',
    '/sbin',
    '/bin',
  ]),
].filter((directory) => directory !== '')

/** The packages of Debian and Ubuntu that are missing for a cluster; none when it can run. */
export function missingPackages(): readonly string[] {
  return [
    ...(findProgram('mariadbd') && findProgram('mariadb-install-db') ? [] : ['mariadb-server']),
    ...(findProvider() ? [] : ['galera-4']),
    ...(findProgram('rsync') ? [] : ['rsync']),
  ]
}

/** What to tell somebody whose machine lacks these packages. */
export function installAdvice(packages: readonly string[]): string {
  return (
    `a Galera cluster needs ${packages.join(', ')} on this machine, which must be installed first: ` +
    `sudo apt-get install --no-install-recommends ${packages.join(' ')} ` +
    '(elsewhere than on Debian or Ubuntu: MariaDB 10.6 or newer with its Galera 4 provider, and rsync)'
  )
}

/** Looks for the server, its Galera provider and what else is needed. Throws, naming what is missing and the remedy. */
export function findInstallation(): ServerInstallation {
  const server = findProgram('mariadbd')
  const installDb = findProgram('mariadb-install-db')
  const provider = findProvider()
  const missing = missingPackages()
  if (!server || !installDb || !provider || missing.length > 0) throw new Error(installAdvice(missing))
  const version = /Ver (\S+)/.exec(execFileSync(server, ['--no-defaults', '--version'], { encoding: 'utf8' }))?.[1]
  return {
    server,
    installDb,
    provider,
    version: version ?? 'unknown',
    account: serverAccount(),
    setpriv: findSetpriv(),
  }
}

function findProvider(): string | undefined {
  return PROVIDERS.find((path) => existsSync(path))
}

function findProgram(name: string): string | undefined {
  return SEARCH_PATH.map((directory) => join(directory, name)).find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** MariaDB refuses to run as root, and the rsync of a state transfer could not write as root either. */
export function serverAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  try {
    return { uid: idOfServers('-u'), gid: idOfServers('-g') }
  } catch (error) {
    throw new Error('run as root, the servers need an account named "mysql": create it, or run as an ordinary user', {
      cause: error,
    })
  }
}

function idOfServers(which: '-u' | '-g'): number {
  return Number(execFileSync('id', [which, 'mysql'], { encoding: 'utf8', stdio: 'pipe' }))
}

// Old versions, and the one of busybox, lack this option.
export function findSetpriv(): string | undefined {
  const setpriv = findProgram('setpriv')
  const works = setpriv && spawnSync(setpriv, ['--pdeathsig', 'KILL', 'true'], { stdio: 'ignore' }).status === 0
  return works ? setpriv : undefined
}
