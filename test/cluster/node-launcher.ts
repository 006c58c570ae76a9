import { rmSync } from 'node:fs'
import { parseGroupPosition, parseRecoveredPosition } from './group-position.js'
import { type NodeFiles, readText, writeProcess } from './node-files.js'
import { identify } from './process-table.js'
import type { ServerInstallation } from './server-installation.js'
import { runServerProgram, spawnServer } from './server-process.js'

const RECOVERY_TIMEOUT = 60_000

export interface LaunchOptions {
  /** Found the cluster anew. */
  readonly bootstrap: boolean
  /** Whether another node is in the primary component. */
  readonly primaryExists: boolean
}

/** Starts the server of a node whose process has ended, with all that a node needs to find back after a crash. */
export async function launchNode(
  installation: ServerInstallation,
  files: NodeFiles,
  { bootstrap, primaryExists }: LaunchOptions,
): Promise<void> {
  for (const stale of [files.process, files.socket]) rmSync(stale, { force: true })
  // With its saved view a killed node comes back under its old identity, which the others hold for dead for a while
  // longer. The view serves only when the whole cluster has crashed.
  if (primaryExists || bootstrap) rmSync(files.savedView, { force: true })

  const position = await recoverPosition(installation, files)
  const args = [`--defaults-file=${files.config}`]
  if (position !== undefined) args.push(`--wsrep-start-position=${position}`)
  if (bootstrap) args.push('--wsrep-new-cluster')
  const child = await spawnServer(installation, installation.server, args, {
    directory: files.directory,
    output: files.output,
  })
  const identity = child.pid === undefined ? undefined : identify(child.pid)
  // One that ended at once has no identity any more; waiting for it then finds it down and shows its log.
  if (identity) writeProcess(files, identity)
}

/** After a crash only the storage engine knows where the node stood; without that it would need a full transfer. */
async function recoverPosition(installation: ServerInstallation, files: NodeFiles): Promise<string | undefined> {
  if (parseGroupPosition(readText(files.groupPosition))?.seqno !== -1) return undefined
  rmSync(files.recoveryLog, { force: true })
  await runServerProgram(
    installation,
    installation.server,
    [`--defaults-file=${files.config}`, '--wsrep-recover', '--skip-networking', `--log-error=${files.recoveryLog}`],
    { directory: files.directory, output: files.output, timeout: RECOVERY_TIMEOUT },
  )
  return parseRecoveredPosition(readText(files.recoveryLog))
}
