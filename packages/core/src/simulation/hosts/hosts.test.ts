import { describe, expect, it } from 'vitest'

import { liveAll } from '../search/lives.js'
import { searchWith } from '../search/plant.js'
import { shrinking } from '../search/shrinking.js'
import { generateLife } from './generate.js'
import type { Life } from './operation.js'
import { hostFaults } from './planted-faults.js'
import { describeFinding, search, tellLife } from './search.js'

/** More than this with `npm run simulate -- --hosts`. */
const OPERATIONS = 20_000
const SEED = 1

/** What befalls hosts, and what is said of them: all of it has to occur. */
const SIGHTS = [
  /hostDown .*connect failed: .*ETIMEDOUT/,
  /hostDown .*refuses/,
  /hostDown .*it did not answer a probe/,
  /hostDown .*it is not in the primary component/,
  /hostDown .*it belongs to no cluster/,
  /hostDown .*it belongs to the Galera cluster y/,
  /hostSuspect .*a connection was lost/,
  /leads to another server now/,
  /hostDown .*has taken its place/,
  /it replicates from h\d:3306/,
  /has taken its place, and it may not be asked/,
  /hostSuspect .*not probed: (?:wants another password|has no room)/,
  /probe was refused/,
  /failed: HostpoolError: No host/,
  /failed: HostpoolError: No connection to a host that accepts writes/,
]

describe('random lives of hosts', () => {
  it(`break no rule in ${OPERATIONS} operations from seed ${SEED}`, { timeout: 300_000 }, async () => {
    const { finding, operations } = await search(SEED, OPERATIONS)
    expect(finding && (await describeFinding(finding))).toBeUndefined()
    expect(operations).toBeGreaterThanOrEqual(OPERATIONS)
  })

  it('are the same for the same seed, and can be printed and read again', async () => {
    const life = generateLife(17)
    expect(generateLife(17)).toEqual(life)
    expect(await tellLife(life)).toEqual(await tellLife(JSON.parse(JSON.stringify(life)) as Life))
    expect(generateLife(18)).not.toEqual(life)
  })

  it('get to all that they are about', { timeout: 60_000 }, async () => {
    const seen = new Set<RegExp>()
    for (let seed = 0; seed < 400 && seen.size < SIGHTS.length; seed += 1) {
      for (const line of await tellLife(generateLife(seed))) {
        for (const sight of SIGHTS) if (sight.test(line)) seen.add(sight)
      }
    }
    expect(SIGHTS.filter((sight) => !seen.has(sight))).toEqual([])
  })
})

describe('a fault that is planted in what is thought of hosts', () => {
  /** Operations from the life in which it was found once. */
  const NEAR = 400

  it.each(hostFaults)('is found: $name', { timeout: 120_000 }, async (fault) => {
    const { finding } = await searchWith('hosts', fault, fault.life, NEAR)
    expect(finding).toBeDefined()
  })
})

describe('a life that breaks a rule', () => {
  it('is shortened to the steps that matter', () => {
    const life = generateLife(7)
    const long: Life = {
      ...life,
      options: { ...life.options, addresses: 3 },
      operations: [...life.operations, { do: 'privilege', on: true }, ...life.operations, { do: 'wait', time: 3456 }],
    }
    const kind = {
      plainerOptions: [() => ({ addresses: 2 }), () => ({ addresses: 1 })],
      plainerOperations: () => [{ do: 'wait', time: 1000 } as const],
    }
    const short = liveAll(shrinking(kind, long, 'waits after a grant'), ({ operations, options }) => {
      const granted = operations.findIndex((operation) => operation.do === 'privilege' && operation.on)
      const waits = operations.findLastIndex((operation) => operation.do === 'wait' && operation.time >= 1000)
      const broken = granted >= 0 && waits > granted && options.addresses > 1
      return broken ? { rule: 'waits after a grant', detail: '' } : undefined
    })
    expect(short.operations).toEqual([
      { do: 'privilege', on: true },
      { do: 'wait', time: 1000 },
    ])
    expect(short.options.addresses).toBe(2)
  })
})
