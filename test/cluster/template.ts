import { createHash } from 'node:crypto'
import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AddressBlock } from './address-block.js'
import { runOnSocket } from './control-channel.js'
import { parseGroupPosition } from './group-position.js'
import { lastLines, makePrivateDirectory, nodeFiles, readText } from './node-files.js'
import { poll } from './polling.js'
import { formatConfig, nodeConfig, STORAGE_SETTINGS } from './server-config.js'
import type { ServerInstallation } from './server-installation.js'
import { runServerProgram, spawnServer } from './server-process.js'
import { discardDirectory, makeOwnedDirectory, templateBase } from './working-directory.js'
import { answeringState, NodeState, parseWsrepStatus, WSREP_STATUS_SQL } from './wsrep-status.js'

const STEP_TIMEOUT = 60_000

/**
 * A data directory that every node of every cluster is copied from: system tables, and the id and position of a cluster
 * of one that ran for a moment. It is made once a day per server version and set-up, and shared by all harnesses of
 * this user. Returns its path.
 */
export async function provideTemplate(
  installation: ServerInstallation,
  block: AddressBlock,
  onProgress: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<string> {
  const base = templateBase()
  const path = join(base, templateName(installation.version, new Date()))
  if (existsSync(path)) return path
  onProgress(`preparing a data directory for MariaDB ${installation.version} (once a day)`)
  removeOldTemplates(base, new Date())
  const building = makeOwnedDirectory(base, 'building')
  try {
    await buildTemplate(installation, block, building, signal)
    moveIntoPlace(nodeFiles(join(building, 'node')).data, path)
  } finally {
    discardDirectory(building)
  }
  return path
}

/** The day is part of the name: what tidies up temporary directories might take away single files of an older one. */
export function templateName(version: string, now: Date): string {
  const key = createHash('sha256')
    .update(JSON.stringify([version, STORAGE_SETTINGS]))
    .digest('hex')
    .slice(0, 12)
  return `template-${now.toISOString().slice(0, 10)}-${key}`
}

/** Templates from before yesterday; younger ones may just be being copied. */
export function isOutdated(name: string, now: Date): boolean {
  const day = /^template-(\d{4}-\d\d-\d\d)-/.exec(name)?.[1]
  return day !== undefined && now.getTime() - Date.parse(day) > 48 * 3_600_000
}

function removeOldTemplates(base: string, now: Date): void {
  for (const name of readdirSync(base)) {
    if (isOutdated(name, now)) rmSync(join(base, name), { recursive: true, force: true })
  }
}

// Whoever comes first wins; the others use the winner's.
function moveIntoPlace(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (!existsSync(to)) throw error
  }
}

async function buildTemplate(
  installation: ServerInstallation,
  block: AddressBlock,
  building: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const files = nodeFiles(join(building, 'node'))
  for (const path of [files.directory, files.data, files.temporary]) {
    makePrivateDirectory(path, installation.account)
  }
  const spawning = { directory: files.directory, output: files.output }
  const plainConfig = join(building, 'install.cnf')
  writeFileSync(plainConfig, formatConfig(STORAGE_SETTINGS))
  await runServerProgram(
    installation,
    installation.installDb,
    [
      `--defaults-file=${plainConfig}`,
      `--datadir=${files.data}`,
      `--tmpdir=${files.temporary}`,
      '--auth-root-authentication-method=normal',
      '--skip-name-resolve',
      '--skip-test-db',
    ],
    { ...spawning, timeout: STEP_TIMEOUT },
  )
  signal?.throwIfAborted()

  const config = {
    files,
    name: 'template',
    index: 0,
    block: { ...block, hosts: block.hosts.slice(0, 1) },
    clusterName: 'template',
    provider: installation.provider,
    suspectTimeout: 3_000,
    settings: {},
  }
  writeFileSync(files.config, nodeConfig(config))
  const server = await spawnServer(
    installation,
    installation.server,
    [`--defaults-file=${files.config}`, '--wsrep-new-cluster'],
    spawning,
  )
  const ended = () => server.exitCode !== null || server.signalCode !== null
  const fail = (what: string) =>
    new Error(`the template's server ${what}; its last log lines:\n${lastLines(readText(files.log), 20)}`)
  const synced = await poll(
    async () => {
      if (ended()) throw fail('ended early')
      const rows = await runOnSocket(files.socket, WSREP_STATUS_SQL, 5_000).catch(() => [])
      return answeringState(parseWsrepStatus(rows)) === NodeState.Synced || undefined
    },
    { timeout: STEP_TIMEOUT, signal },
  )
  if (!synced) throw fail('did not come up')
  // Only the control channel is left: root, without a password, through a socket in a private directory.
  await runOnSocket(
    files.socket,
    "DELETE FROM mysql.global_priv WHERE User = '' OR (User = 'root' AND Host <> 'localhost')",
    5_000,
  )
  server.kill('SIGTERM')
  if (!(await poll(() => ended() || undefined, { timeout: STEP_TIMEOUT, signal }))) throw fail('did not shut down')

  const position = parseGroupPosition(readText(files.groupPosition))
  if (!position || position.seqno < 0) throw fail('left no position of its cluster')
  for (const leftover of [files.savedView, join(files.data, 'galera.cache')]) rmSync(leftover, { force: true })
}
