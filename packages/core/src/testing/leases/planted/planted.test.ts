import { describe, expect, it } from 'vitest'

import { searchWith } from '../../search/plant.js'
import { plantedFaults } from './faults.js'

/** Operations from the life in which it was found once, before all are searched. */
const NEAR = 500
/** Operations from the first life on in which each must be found. */
const OPERATIONS = 300_000

describe('a fault that is planted in the pool', () => {
  it.each(plantedFaults)('is found: $name', { timeout: 600_000 }, async (fault) => {
    const near = await searchWith('leases', fault, fault.life, NEAR)
    const { finding } = near.finding === undefined ? await searchWith('leases', fault, 1, OPERATIONS) : near
    expect(finding).toBeDefined()
  })

  it('must be in the sources as they are', async () => {
    const gone = { name: '', life: 1, edits: [{ file: 'pool/checkouts.ts', from: 'no such line', to: '' }] }
    await expect(searchWith('leases', gone, 1, 1)).rejects.toThrow('no such line')
  })
})
