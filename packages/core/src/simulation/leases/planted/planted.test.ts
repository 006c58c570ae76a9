import { describe, expect, it } from 'vitest'

import { plantedFaults } from './faults.js'
import { searchWith } from './plant.js'

/** Operations in which each must be found. */
const OPERATIONS = 150_000
const SEED = 1

describe('a fault that is planted', () => {
  it.each(plantedFaults)('is found: $name', { timeout: 300_000 }, async (fault) => {
    const { finding } = await searchWith(fault, SEED, OPERATIONS)
    expect(finding).toBeDefined()
  })
})
