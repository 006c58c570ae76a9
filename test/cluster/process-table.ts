import { readdirSync, readFileSync } from 'node:fs'
import { errorCode } from './error-text.js'

/** A process and the moment it started (in the kernel's clock ticks), so that a reused number is never mistaken for it. */
export interface ProcessIdentity {
  readonly pid: number
  readonly startTime: string
}

/** The parts of `/proc/<pid>/stat` that matter here. */
export interface ProcessStat {
  /** One letter: R running, S sleeping, D waiting for a device, T stopped, Z ended but not yet reaped, … */
  readonly state: string
  readonly threads: number
  readonly startTime: string
}

/** Reads a line of `/proc/<pid>/stat`. The command's name may hold blanks and parentheses, hence the last `)`. */
export function parseProcessStat(line: string): ProcessStat | undefined {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
  const [state] = fields
  const startTime = fields[19]
  return state && startTime ? { state, threads: Number(fields[17]), startTime } : undefined
}

/** Whether it has ended for good. While other threads of it are still ending, it holds its files and ports. */
export function hasEnded({ state, threads }: ProcessStat): boolean {
  return state === 'X' || (state === 'Z' && threads <= 1)
}

/** The process with this number, or `undefined` when there is none or it has ended. */
function processStat(pid: number): ProcessStat | undefined {
  const stat = parseProcessStat(readQuietly(`/proc/${pid}/stat`))
  return stat && !hasEnded(stat) ? stat : undefined
}

export function identify(pid: number): ProcessIdentity | undefined {
  const stat = processStat(pid)
  return stat && { pid, startTime: stat.startTime }
}

/** Whether exactly this process still runs (a stopped one does). */
export function isAlive(identity: ProcessIdentity): boolean {
  return processStat(identity.pid)?.startTime === identity.startTime
}

/** Whether the process is stopped by a signal. */
export function isStopped(identity: ProcessIdentity): boolean {
  const stat = processStat(identity.pid)
  return stat?.startTime === identity.startTime && stat.state === 'T'
}

/**
 * Kills every server and state transfer that works in this directory. A server's own children (rsync and its scripts)
 * do not end with it when it is killed, and all of them carry the directory in their arguments.
 */
export function killProcessesIn(directory: string): void {
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry)
    if (!Number.isInteger(pid) || pid === process.pid) continue
    const command = readQuietly(`/proc/${pid}/cmdline`).split('\0')
    const ours = command.some((argument) => argument.includes(`${directory}/`))
    if (ours && command.some((argument) => /(?:^|\/)(?:mariadbd|mysqld|rsync|wsrep_sst_\w+)$/.test(argument))) {
      signalQuietly(pid, 'SIGKILL')
    }
  }
}

/** Sends a signal; that the process is already gone is no error. Returns whether it was there. */
export function signalQuietly(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return false
    throw error
  }
}

// Processes come and go while the table is read; one that cannot be read is none of ours.
function readQuietly(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
