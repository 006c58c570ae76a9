import { isIP } from 'node:net'

import { expect, it } from 'vitest'

import { systemLookup } from './lookup.js'
import { isLoopback } from './membership.js'

it('the system’s resolver answers with addresses, and rejects for a name that nobody has', async () => {
  const found = await systemLookup('localhost')
  expect(found.length).toBeGreaterThan(0)
  expect(found.filter((address) => isIP(address) === 0 || !isLoopback(address))).toEqual([])
  await expect(systemLookup('nowhere.invalid')).rejects.toThrow('nowhere.invalid')
})
