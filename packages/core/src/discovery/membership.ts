import { addressKey, parseAddress } from '../config/host-address.js'
import type { DiscoveredMember } from '../config/options.js'

/** The port of a server that does not name one. */
const USUAL_PORT = 3306

/** What a server says of the cluster that it belongs to. */
export type Membership =
  | {
      readonly believed: true
      readonly members: readonly DiscoveredMember[]
      /** The one that answered, as it stands in the list. */
      readonly self: DiscoveredMember | undefined
      /** Entries that are no address, so that the list has a gap. */
      readonly unreadable: readonly string[]
    }
  | { readonly believed: false; readonly reason: string }

export function disbelieved(reason: string): Membership {
  return { believed: false, reason }
}

/** The same for two ways of writing the same member. */
export function memberKey({ host, port }: DiscoveredMember): string {
  return addressKey(host, port)
}

/** Reads an entry of a list of members; undefined where it is no address that can be connected to. */
export function readMember(entry: string): DiscoveredMember | undefined {
  const address = parseAddress(entry)
  if ('wrong' in address) return undefined
  const { host, port = USUAL_PORT } = address
  // What a server writes that does not know its own address.
  const nowhere = /^(?:auto|unspecified|0\.0\.0\.0|::)$/i.test(host)
  return nowhere ? undefined : { host, port }
}

/** True for an address that leads back to the machine it is used on. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127\.\d+\.\d+\.\d+|::1)$/i.test(host)
}
