import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ProgramOptions, runProgram } from './run-program.js'
import { discardDirectory } from './working-directory.js'

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'
const DOWNLOAD_TIMEOUT = 300_000
const STEP_TIMEOUT = 120_000

/** Packages of one of Debian's releases, and where they are unpacked. */
export interface DebianPackages {
  /** The release: `trixie`, `unstable` and so on. */
  readonly suite: string
  readonly packages: readonly string[]
  /** Must be there; `root` is made in it. */
  readonly directory: string
}

/**
 * Fetches packages, and all that they need, by this machine's apt, and unpacks them to `directory/root`, apart from what the
 * machine has: nothing is installed. Throws, with apt's last words, where they cannot be had.
 */
export async function unpackDebianPackages(
  { suite, packages, directory }: DebianPackages,
  signal: AbortSignal | undefined,
): Promise<void> {
  const options = { signal, timeout: STEP_TIMEOUT }
  const mirror = await debianMirror(options)
  const apt = join(directory, 'apt')
  const lists = join(apt, 'lists')
  const archives = join(apt, 'cache', 'archives')
  for (const each of [join(lists, 'partial'), join(archives, 'partial')]) mkdirSync(each, { recursive: true })
  const sources = join(apt, 'sources.list')
  const status = join(apt, 'status')
  writeFileSync(sources, `deb ${existsSync(KEYRING) ? `[signed-by=${KEYRING}] ` : ''}${mirror} ${suite} main\n`)
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
  const fetch = ['-y', '--no-install-recommends', '--download-only', 'install', ...packages]
  await runProgram('apt-get', [...own, 'update'], { signal, timeout: DOWNLOAD_TIMEOUT })
  await runProgram('apt-get', [...own, ...fetch], { signal, timeout: DOWNLOAD_TIMEOUT })
  const root = join(directory, 'root')
  for (const name of readdirSync(archives).filter((file) => file.endsWith('.deb'))) {
    await runProgram('dpkg-deb', ['-x', join(archives, name), root], options)
  }
  discardDirectory(apt)
}

/**
 * The dynamic linker among what was unpacked to a root, with its arguments up to the program: this machine's libraries may be
 * older. Throws when there is none.
 * @param further - directories of libraries besides the one that all share
 */
export function unpackedLinker(root: string, further: readonly string[] = []): readonly string[] {
  const library = join(root, 'usr', 'lib')
  const machine = readdirSync(library).find((name) => name.endsWith('-linux-gnu'))
  const libraries = join(library, machine ?? '')
  const linker = readdirSync(libraries).find((name) => /^ld-linux.*\.so\.\d+$/.test(name))
  if (linker === undefined) throw new Error(`what was unpacked to ${root} is not whole: remove it`)
  return [join(libraries, linker), '--library-path', [libraries, ...further].join(':')]
}

/** The mirror that this machine's own packages come from. */
async function debianMirror(options: ProgramOptions): Promise<string> {
  const format = ['--format', '$(SITE) $(LABEL)', 'Created-By: Packages']
  const targets = await runProgram('apt-get', ['indextargets', ...format], options)
  const mirror = /^(\S+) Debian$/m.exec(targets)?.[1]
  if (mirror === undefined) throw new Error("this machine's apt knows no mirror of Debian")
  return mirror
}
