import { sharedLookup } from '../driver/mysql2/shared-lookup.js'

/** Every address behind a name; rejects when there is none. */
export type Lookup = (name: string) => Promise<readonly string[]>

/** Asks as connections do, the hosts file included. */
export const systemLookup: Lookup = (name) =>
  new Promise((resolve, reject) => {
    sharedLookup.all(name, {}, (error, addresses) => {
      if (error === null) resolve(addresses.map(({ address }) => address))
      else reject(error)
    })
  })
