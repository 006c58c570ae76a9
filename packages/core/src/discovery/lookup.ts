import { lookup } from 'node:dns/promises'

/** Every address behind a name; rejects when there is none. */
export type Lookup = (name: string) => Promise<readonly string[]>

/** Asks as connections do, the hosts file included. */
export const systemLookup: Lookup = async (name) => {
  const found = await lookup(name, { all: true })
  return found.map(({ address }) => address)
}
