import { chownSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AddressBlock } from './address-block.js'
import type { ClusterDetails, ClusterOptions } from './cluster.js'
import { formatGroupPosition, parseGroupPosition, positionForNode } from './group-position.js'
import { layOut, nodeFiles, readText } from './node-files.js'
import { nodeConfig } from './server-config.js'
import type { ServerInstallation } from './server-installation.js'

export interface Layout {
  readonly installation: ServerInstallation
  /** Path of the template's data directory. */
  readonly template: string
  readonly block: AddressBlock
  readonly details: ClusterDetails
  readonly options: ClusterOptions
}

/** Lays out every node's directory: configuration and a copy of the template, each at the position it will join at. */
export async function prepareNodes({ installation, template, block, details, options }: Layout): Promise<void> {
  const { account, provider } = installation
  const position = parseGroupPosition(readText(join(template, 'grastate.dat')))
  if (!position) throw new Error(`the template ${template} is damaged: remove it`)
  for (const [index, { name }] of details.nodes.entries()) {
    const files = nodeFiles(join(details.directory, name))
    await layOut(files, template, account)
    writeFileSync(files.groupPosition, formatGroupPosition(positionForNode(position, index)))
    const config = nodeConfig({
      files,
      name,
      index,
      block,
      // Galera takes up to 32 characters.
      clusterName: `hostpool-${details.directory.slice(-8)}`,
      provider,
      suspectTimeout: options.suspectTimeout ?? 3_000,
      settings: options.settings ?? {},
    })
    writeFileSync(files.config, config, { mode: 0o640 })
    if (account) for (const path of [files.groupPosition, files.config]) chownSync(path, account.uid, account.gid)
  }
}
