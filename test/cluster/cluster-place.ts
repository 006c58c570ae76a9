import { type AddressBlock, claimAddressBlock } from './address-block.js'
import { atProcessEnd } from './at-process-end.js'
import {
  clusterBase,
  discardDirectory,
  makeOwnedDirectory,
  removeLeftovers,
  templateBase,
} from './working-directory.js'

/** Where a cluster lives: its addresses and its directory. Both end with this process at the latest. */
export interface ClusterPlace {
  readonly block: AddressBlock
  readonly directory: string
  /** Ends every server in the directory, removes it, and gives the addresses back. */
  readonly release: () => void
}

/** Takes a place that no other cluster of this machine has, and removes what dead processes have left behind. */
export async function claimPlace(nodes: number, port?: number): Promise<ClusterPlace> {
  const base = clusterBase(nodes)
  for (const each of new Set([base, templateBase()])) removeLeftovers(each)
  const block = await claimAddressBlock(nodes, port)
  const directory = makeOwnedDirectory(base, 'cluster')
  const forget = atProcessEnd(() => discardDirectory(directory))
  const release = (): void => {
    forget()
    discardDirectory(directory)
    block.release()
  }
  return { block, directory, release }
}
