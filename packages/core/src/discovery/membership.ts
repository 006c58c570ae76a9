import { addressKey, parseAddress } from '../config/host-address.js'
import type { DiscoveredMember } from '../config/options.js'

/** The port of an entry without a port. */
const USUAL_PORT = 3306

/** The answer of a server about the members of its cluster. */
export type Membership =
  | {
      readonly believed: true
      readonly members: readonly DiscoveredMember[]
      /** The entry of the server that answered; undefined where this entry is not known. */
      readonly self: DiscoveredMember | undefined
      /** Entries that are no address. The list of members is incomplete then. */
      readonly unreadable: readonly string[]
    }
  | { readonly believed: false; readonly reason: string }

export function disbelieved(reason: string): Membership {
  return { believed: false, reason }
}

/** The key of a member, equal for different spellings of the same address. */
export function memberKey({ host, port }: DiscoveredMember): string {
  return addressKey(host, port)
}

/** Reads an entry of a list of members; undefined where the entry is no usable address. */
export function readMember(entry: string): DiscoveredMember | undefined {
  const address = parseAddress(entry)
  if ('wrong' in address) return undefined
  const { host, port = USUAL_PORT } = address
  // Servers that do not know their own address write one of these.
  const nowhere = /^(?:auto|unspecified|0\.0\.0\.0|::)$/i.test(host)
  return nowhere ? undefined : { host, port }
}

/** Whether an address is a loopback address. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127\.\d+\.\d+\.\d+|::1)$/i.test(host)
}
