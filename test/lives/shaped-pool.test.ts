import { describe, expect, it } from 'vitest'

import { describeFinding, search } from '../../packages/core/src/testing/leases/search.js'
import { ShapedPool } from './shaped-pool.js'

const OPERATIONS = 40_000
const SEED = 500_000

describe('random lives of borrowers who use mysql2', () => {
  it(`break no rule in ${OPERATIONS} operations from seed ${SEED}`, { timeout: 240_000 }, async () => {
    const dress = (pool: ConstructorParameters<typeof ShapedPool>[0]): ShapedPool => new ShapedPool(pool)
    const { finding, operations } = await search(SEED, OPERATIONS, { dress })
    expect(finding && (await describeFinding(finding, dress))).toBeUndefined()
    expect(operations).toBeGreaterThanOrEqual(OPERATIONS)
  })
})
