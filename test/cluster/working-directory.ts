import { randomBytes } from 'node:crypto'
import { accessSync, constants, lstatSync, mkdirSync, readdirSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { identify, isAlive, killProcessesIn } from './process-table.js'

const ROOM_PER_NODE = 256 * 1024 * 1024

/** The longest path the kernel takes for a Unix socket, and what the harness puts behind a base directory. */
const SOCKET_PATH_LIMIT = 107
const SOCKET_PATH_TAIL = '/cluster-4194304-18446744073709551615-00000000/node9/sql.sock'.length

/** Where running clusters live: in memory when there is room, so that no disk stalls a node. */
export function clusterBase(nodes: number): string {
  const memory = '/dev/shm'
  return privateBase(hasRoom(memory, nodes * ROOM_PER_NODE) ? memory : tmpdir())
}

/** Where templates are kept between runs: on disk, because they outlive the run. */
export function templateBase(): string {
  return privateBase(tmpdir())
}

function privateBase(parent: string): string {
  const uid = process.getuid?.() ?? 0
  const path = join(parent, `mysql-hostpool-${uid}`)
  if (path.length + SOCKET_PATH_TAIL > SOCKET_PATH_LIMIT) {
    throw new Error(`the path ${path} is too long for the servers' Unix sockets: set TMPDIR to a shorter one`)
  }
  // As root the servers run under another account, which has to pass through.
  mkdirSync(path, { recursive: true, mode: uid === 0 ? 0o755 : 0o700 })
  const found = lstatSync(path)
  if (!found.isDirectory() || found.uid !== uid) {
    throw new Error(`${path} belongs to somebody else: remove it, or set TMPDIR to another directory`)
  }
  return path
}

function hasRoom(path: string, bytes: number): boolean {
  try {
    accessSync(path, constants.W_OK)
    const { bavail, bsize } = statfsSync(path)
    return bavail * bsize >= bytes
  } catch {
    return false
  }
}

export type DirectoryKind = 'cluster' | 'building'

/** Makes a directory whose name says which process it belongs to. */
export function makeOwnedDirectory(base: string, kind: DirectoryKind): string {
  const owner = identify(process.pid)
  const name = `${kind}-${process.pid}-${owner?.startTime ?? 0}-${randomBytes(4).toString('hex')}`
  const path = join(base, name)
  mkdirSync(path, { mode: 0o755 })
  return path
}

/** Removes what processes that no longer live have left behind, and ends what still runs in there. */
export function removeLeftovers(base: string): void {
  for (const name of readdirSync(base)) {
    const match = /^(?:cluster|building)-(\d+)-(\d+)-/.exec(name)
    const [, pid, startTime] = match ?? []
    if (!pid || !startTime || isAlive({ pid: Number(pid), startTime })) continue
    discardDirectory(join(base, name))
  }
}

/** Ends every server in the directory and removes it. */
export function discardDirectory(path: string): void {
  killProcessesIn(path)
  // A server just killed may still be letting go of its files, and another harness may be removing the same leftovers.
  rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
}
