import { describe, expect, it } from 'vitest'

import { statementKind } from '../../sql/statement-kind.js'
import { generateLife } from './generate.js'
import type { Life, Violation } from './operation.js'
import { meaningOf, MARKS_EACH, numberIn, sayings, textOf } from './saying.js'
import { describeFinding, search, tellLife } from './search.js'
import { shrink } from './shrink.js'
import { Trial } from './trial.js'

/** More than this with `npm run simulate -- --leases`. */
const OPERATIONS = 200_000
const SEED = 1

/** What has to be told to borrowers somewhere in so many lives. */
const TOLD = [
  'done',
  'unheard',
  'ERR_HOSTPOOL_HOST_LOST',
  'ERR_HOSTPOOL_OUTCOME_UNKNOWN',
  'ERR_HOSTPOOL_TRANSACTION_LOST',
  'ERR_HOSTPOOL_IMPLICIT_COMMIT',
  'ERR_HOSTPOOL_LEASE_RELEASED',
  'ERR_HOSTPOOL_NO_HOST',
  'ERR_HOSTPOOL_CLOSED',
  'ERR_HOSTPOOL_DECODE_FAILED',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  ...[1064, 1153, 1205, 1213, 1290, 1305, 1317].map((errno) => `ER_SIMULATED_${errno}`),
]

describe('random lives of borrowers', () => {
  it(`break no rule in ${OPERATIONS} operations from seed ${SEED}`, { timeout: 600_000 }, async () => {
    const { finding, operations } = await search(SEED, OPERATIONS)
    expect(finding && (await describeFinding(finding))).toBeUndefined()
    expect(operations).toBeGreaterThanOrEqual(OPERATIONS)
  })

  it('are the same for the same seed', async () => {
    expect(generateLife(17)).toEqual(generateLife(17))
    expect(await tellLife(generateLife(17))).toEqual(await tellLife(generateLife(17)))
    expect(generateLife(17)).not.toEqual(generateLife(18))
  })

  it('can be printed and read again', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const life = generateLife(seed)
      expect(JSON.parse(JSON.stringify(life))).toEqual(life)
    }
  })

  it('get to all that they are about', { timeout: 120_000 }, async () => {
    const seen = new Set<string>()
    const said = new Set<string>()
    for (let seed = 0; seed < 400; seed += 1) {
      const life = generateLife(seed)
      const trial = new Trial(life)
      await trial.run()
      for (const { putting, outcome } of trial.books.everything()) {
        if (putting !== undefined) said.add(putting.statement.say)
        if (outcome?.is === 'failed') {
          const { error } = outcome
          seen.add(error instanceof Error && 'code' in error ? String(error.code) : String(error))
        } else if (outcome !== undefined) seen.add(outcome.is)
      }
    }
    for (const told of TOLD) expect(seen).toContain(told)
    for (const saying of sayings) expect(said).toContain(saying)
  })
})

describe('the language of the model', () => {
  it.each(sayings.filter((saying) => saying !== 'several'))('%s is to the pool what it is to the servers', (saying) => {
    const { reads, border, commitsFirst, chain, release } = meaningOf(saying)
    const kind = statementKind(textOf({ say: saying }, 7, 3))
    const borders = kind.kind === 'begin' || kind.kind === 'commit' || kind.kind === 'rollback'
    expect({
      reads: kind.kind === 'read',
      border: borders ? kind.kind : undefined,
      chain: kind.chain === true,
      release: kind.release === true,
      // The pool may take more for such statements than there are.
      commits: kind.commitsFirst === true || border === 'begin' || commitsFirst !== true,
    }).toEqual({
      reads: reads === true,
      border: border === 'next' ? undefined : border,
      chain: chain === true,
      release: release === true,
      commits: true,
    })
  })

  it('carries the number of each statement in its text', () => {
    for (const say of sayings) expect(numberIn(textOf({ say }, 123, 8))).toBe(123)
    expect(numberIn('SELECT 1')).toBeUndefined()
    expect(MARKS_EACH).toBeGreaterThanOrEqual(6)
  })
})

describe('a life of borrowers that breaks a rule', () => {
  it('is shortened to the steps and options that matter', async () => {
    const life = generateLife(7)
    const breaksWhenReleasedAfterRefresh = ({ operations, options }: Life): Promise<Violation | undefined> => {
      const refreshed = operations.findIndex((operation) => operation.do === 'refresh')
      const released = operations.findLastIndex((operation) => operation.do === 'release')
      const broken = refreshed >= 0 && released > refreshed && options.hosts > 1
      return Promise.resolve(broken ? { rule: 'none is released after a refresh', detail: '' } : undefined)
    }
    const long: Life = {
      ...life,
      operations: [...life.operations, { do: 'refresh' }, ...life.operations, { do: 'release', which: 3 }],
      options: { ...life.options, hosts: 3, connectionLimit: 4, setsUp: true },
    }
    const short = await shrink(long, 'none is released after a refresh', breaksWhenReleasedAfterRefresh)
    expect(short.operations).toEqual([{ do: 'refresh' }, { do: 'release', which: 0 }])
    expect(short.options).toMatchObject({ hosts: 2, connectionLimit: 1, setsUp: false })
  })
})
