import { sharedLookup } from '../driver/mysql2/shared-lookup.js'

/** Resolves with every address of a name. Rejects when there is none. */
export type Lookup = (name: string) => Promise<readonly string[]>

/** Looks names up in the same way as connections do, with the hosts file. */
export const systemLookup: Lookup = (name) =>
  new Promise((resolve, reject) => {
    sharedLookup.all(name, {}, (error, addresses) => {
      if (error === null) resolve(addresses.map(({ address }) => address))
      else reject(error)
    })
  })
