import { execFile } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { errorCode } from './error-text.js'
import type { ProcessIdentity } from './process-table.js'

/** Where one node keeps its things. */
export interface NodeFiles {
  readonly directory: string
  readonly config: string
  readonly data: string
  readonly temporary: string
  readonly socket: string
  readonly log: string
  readonly output: string
  /** Written by the server. */
  readonly serverPid: string
  /** Written by the harness: the process it started, so that other processes can find it. */
  readonly process: string
  readonly groupPosition: string
  /** The membership a node remembers for the case that the whole cluster crashed. */
  readonly savedView: string
  readonly recoveryLog: string
}

export function nodeFiles(directory: string): NodeFiles {
  const data = join(directory, 'data')
  return {
    directory,
    config: join(directory, 'my.cnf'),
    data,
    temporary: join(directory, 'tmp'),
    socket: join(directory, 'sql.sock'),
    log: join(directory, 'server.log'),
    output: join(directory, 'output.log'),
    serverPid: join(directory, 'server.pid'),
    process: join(directory, 'process.json'),
    groupPosition: join(data, 'grastate.dat'),
    savedView: join(data, 'gvwstate.dat'),
    recoveryLog: join(directory, 'recovery.log'),
  }
}

/** The account servers run under; absent when it is the account of this process. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

/** Makes a directory that only the servers' account (and root) can look into. */
export function makePrivateDirectory(path: string, account: Account | undefined): void {
  mkdirSync(path, { mode: 0o700 })
  chmodSync(path, 0o700)
  if (account) chownSync(path, account.uid, account.gid)
}

/** Makes a node's directory, which must not be there, with a copy of a template's data. */
export async function layOut(files: NodeFiles, template: string, account: Account | undefined): Promise<void> {
  makePrivateDirectory(files.directory, account)
  makePrivateDirectory(files.temporary, account)
  await promisify(execFile)('cp', ['-a', template, files.data], { timeout: 60_000 })
}

export function readProcess(files: NodeFiles): ProcessIdentity | undefined {
  const text = readText(files.process)
  if (text === '') return undefined
  const identity: ProcessIdentity = JSON.parse(text)
  return identity
}

export function writeProcess(files: NodeFiles, identity: ProcessIdentity): void {
  writeFileSync(files.process, JSON.stringify(identity))
}

/** The file's text; empty when there is no such file. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return ''
    throw error
  }
}

/** The last lines of a server's log. */
export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n')
}
