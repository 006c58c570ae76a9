import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { unpackDebianPackages, unpackedLinker } from '../debian-packages.js'
import { errorMessage } from '../error-text.js'
import type { LaunchCommand } from '../local-server.js'
import { layOut, type NodeFiles } from '../node-files.js'
import { runProgram } from '../run-program.js'
import { discardDirectory, makeOwnedDirectory, templateBase } from '../working-directory.js'

/** A MySQL with Group Replication that was unpacked somewhere, and the data directory that each of its servers begins with. */
export interface MySqlInstallation {
  /** The dynamic linker that came with it, and its arguments up to the program: this machine's libraries may be older. */
  readonly command: readonly string[]
  /** Settings that say where its own files are. */
  readonly settings: readonly string[]
  readonly template: string
}

/** MySQL cannot be had on this machine; the message says why. */
export class MySqlUnavailable extends Error {}

const PACKAGES = ['mysql-server-core', 'mysql-server', 'libc6']
const STEP_TIMEOUT = 120_000

/**
 * Debian unstable has the only MySQL 9 with `group_replication.so` that apt can fetch without being told of a new place. Its
 * packages are fetched and unpacked apart from this machine's own, once for all runs, and nothing is installed.
 *
 * @throws MySqlUnavailable
 */
export async function provideMySql(
  onProgress: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<MySqlInstallation> {
  const base = templateBase()
  const path = join(base, 'mysql')
  if (!existsSync(path)) {
    const building = makeOwnedDirectory(base, 'building')
    try {
      onProgress('downloading MySQL from Debian unstable (once, 100 MB)')
      await unpackDebianPackages({ suite: 'unstable', packages: PACKAGES, directory: building }, signal)
      onProgress('preparing a data directory for MySQL')
      await initialize(building, signal)
      if (!existsSync(path)) renameSync(building, path)
    } catch (error) {
      signal?.throwIfAborted()
      throw new MySqlUnavailable(`MySQL cannot be had here: ${errorMessage(error)}`, { cause: error })
    } finally {
      discardDirectory(building)
    }
  }
  return installationAt(path)
}

/** What starts a server of it. @param settings - arguments besides those that say where its own files are */
export function mySqlCommand(
  installation: MySqlInstallation,
  settings: readonly string[],
  setpriv: string | undefined,
): LaunchCommand {
  const [program = '', ...args] = [...installation.command, '--no-defaults', ...installation.settings, ...settings]
  return { program, args, account: undefined, setpriv }
}

/** Makes a server's directory, which must not be there, with a copy of the data that each begins with. */
export async function layOutMySql(installation: MySqlInstallation, files: NodeFiles): Promise<void> {
  await layOut(files, installation.template, undefined)
  // Its id; each server makes one of its own.
  rmSync(join(files.data, 'auto.cnf'), { force: true })
}

function installationAt(path: string): MySqlInstallation {
  const root = join(path, 'root')
  const library = join(root, 'usr', 'lib')
  const share = join(root, 'usr', 'share', 'mysql')
  return {
    command: [...unpackedLinker(root, [join(library, 'mysql', 'private')]), join(root, 'usr', 'sbin', 'mysqld')],
    settings: [
      `--basedir=${join(root, 'usr')}`,
      `--lc-messages-dir=${share}`,
      `--character-sets-dir=${join(share, 'charsets')}`,
      `--plugin-dir=${join(library, 'mysql', 'plugin')}`,
      '--secure-file-priv=NULL',
      '--mysqlx=OFF',
      ...(process.getuid?.() === 0 ? ['--user=root'] : []),
    ],
    template: join(path, 'data'),
  }
}

async function initialize(directory: string, signal: AbortSignal | undefined): Promise<void> {
  const { command, settings, template } = installationAt(directory)
  const [program, ...args] = [...command, '--no-defaults', ...settings, `--datadir=${template}`]
  await runProgram(program, [...args, '--initialize-insecure'], { signal, timeout: STEP_TIMEOUT })
}
