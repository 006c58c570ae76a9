import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorMessage } from '../error-text.js'
import type { LaunchCommand } from '../local-server.js'
import { layOut, type NodeFiles } from '../node-files.js'
import { type ProgramOptions, runProgram } from '../run-program.js'
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
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'
const DOWNLOAD_TIMEOUT = 300_000
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
      await unpack(building, signal)
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
  const machine = readdirSync(library).find((name) => name.endsWith('-linux-gnu'))
  const libraries = join(library, machine ?? '')
  const linker = readdirSync(libraries).find((name) => /^ld-linux.*\.so\.\d+$/.test(name))
  if (linker === undefined) throw new Error(`what was unpacked to ${path} is not whole: remove it`)
  const share = join(root, 'usr', 'share', 'mysql')
  return {
    command: [
      join(libraries, linker),
      '--library-path',
      `${libraries}:${join(library, 'mysql', 'private')}`,
      join(root, 'usr', 'sbin', 'mysqld'),
    ],
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

async function unpack(directory: string, signal: AbortSignal | undefined): Promise<void> {
  const options = { signal, timeout: STEP_TIMEOUT }
  const mirror = await debianMirror(options)
  const apt = join(directory, 'apt')
  const lists = join(apt, 'lists')
  const archives = join(apt, 'cache', 'archives')
  for (const each of [join(lists, 'partial'), join(archives, 'partial')]) mkdirSync(each, { recursive: true })
  const sources = join(apt, 'sources.list')
  const status = join(apt, 'status')
  writeFileSync(sources, `deb ${existsSync(KEYRING) ? `[signed-by=${KEYRING}] ` : ''}${mirror} unstable main\n`)
  // Nothing counts as installed, so that all that is needed comes along.
  writeFileSync(status, '')
  const settings = {
    'Dir::State': apt,
    'Dir::State::Lists': lists,
    'Dir::State::status': status,
    'Dir::Cache': join(apt, 'cache'),
    'Dir::Etc::sourcelist': sources,
    'Dir::Etc::sourceparts': '/dev/null',
    ...(process.getuid?.() === 0 ? { 'APT::Sandbox::User': 'root' } : {}),
  }
  const own = ['-q', ...Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])]
  const fetch = ['-y', '--no-install-recommends', '--download-only', 'install', ...PACKAGES]
  await runProgram('apt-get', [...own, 'update'], { signal, timeout: DOWNLOAD_TIMEOUT })
  await runProgram('apt-get', [...own, ...fetch], { signal, timeout: DOWNLOAD_TIMEOUT })
  const root = join(directory, 'root')
  for (const name of readdirSync(archives).filter((file) => file.endsWith('.deb'))) {
    await runProgram('dpkg-deb', ['-x', join(archives, name), root], options)
  }
  discardDirectory(apt)
}

/** The mirror that this machine's own packages come from. */
async function debianMirror(options: ProgramOptions): Promise<string> {
  const format = ['--format', '$(SITE) $(LABEL)', 'Created-By: Packages']
  const targets = await runProgram('apt-get', ['indextargets', ...format], options)
  const mirror = /^(\S+) Debian$/m.exec(targets)?.[1]
  if (mirror === undefined) throw new Error("this machine's apt knows no mirror of Debian")
  return mirror
}

async function initialize(directory: string, signal: AbortSignal | undefined): Promise<void> {
  const { command, settings, template } = installationAt(directory)
  const [program, ...args] = [...command, '--no-defaults', ...settings, `--datadir=${template}`]
  await runProgram(program, [...args, '--initialize-insecure'], { signal, timeout: STEP_TIMEOUT })
}
