import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { delimiter } from 'node:path'
import { alsoOnSignals } from './at-process-end.js'
import { lastLines, readText } from './node-files.js'
import { SEARCH_PATH, type ServerInstallation } from './server-installation.js'

export interface SpawnOptions {
  /** Working directory, which the servers' account must be able to enter. */
  readonly directory: string
  /** File for what the program prints. */
  readonly output: string
}

/**
 * Starts a program under the servers' account. The kernel kills it when this process (strictly: the thread that runs
 * this) ends in whatever way, where `setpriv` can ask for that. It is in a session of its own, so that Ctrl-C at a
 * terminal reaches this process alone, and it does not keep this process alive.
 */
export async function spawnServer(
  installation: Pick<ServerInstallation, 'account' | 'setpriv'>,
  program: string,
  args: readonly string[],
  { directory, output }: SpawnOptions,
): Promise<ChildProcess> {
  const { account, setpriv } = installation
  if (!setpriv) alsoOnSignals()
  const command = setpriv ? [setpriv, '--pdeathsig', 'KILL', '--', ...ifParentLives(process.pid), program] : [program]
  const [first = program, ...rest] = [...command, ...args]
  const file = openSync(output, 'a')
  try {
    const child = spawn(first, rest, {
      cwd: directory,
      detached: true,
      stdio: ['ignore', file, file],
      env: { PATH: SEARCH_PATH.join(delimiter), LC_ALL: 'C', TMPDIR: directory },
      ...account,
    })
    await once(child, 'spawn')
    child.unref()
    return child
  } finally {
    closeSync(file)
  }
}

// The parent may die before the kernel was asked; the new process then already has another parent.
function ifParentLives(pid: number): readonly string[] {
  return ['/bin/sh', '-c', '[ "$PPID" = "$1" ] || exit 1; shift; exec "$@"', 'sh', String(pid)]
}

/** Runs a program to its end. Throws with its last output when it fails or takes longer than `timeout` milliseconds. */
export async function runServerProgram(
  installation: ServerInstallation,
  program: string,
  args: readonly string[],
  options: SpawnOptions & { readonly timeout: number },
): Promise<void> {
  const child = await spawnServer(installation, program, args, options)
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeout)
  await once(child, 'exit')
  clearTimeout(timer)
  const { exitCode, signalCode } = child
  if (exitCode === 0) return
  const how = signalCode
    ? `was ended by ${signalCode} (it has ${options.timeout} ms)`
    : `failed with status ${exitCode}`
  throw new Error(`${program} ${how}; its last output:\n${lastLines(readText(options.output), 15)}`)
}
