import type { Random } from '../../selectors/selector.js'
import type { Access } from '../../sql/access.js'
import { between, createRandom, oneOf } from '../random.js'
import type { By, Life, Operation, Plan, Putting, Reading } from './operation.js'
import { fate, fates, fatesOf } from './generate-fates.js'
import { generateOptions } from './generate-options.js'
import { meaningOf, partsOf, type Saying, type Statement } from './saying.js'
import { type Weighted, weighted } from './weighted.js'

const LONGEST_LIFE = 60
const LONGEST_PLAN = 5

/** Generates a life from its seed. */
export function generateLife(seed: number): Life {
  const random = createRandom(seed)
  const options = { ...generateOptions(random), hedgeReads: seed % 10 !== 3 }
  const length = between(random, 5, LONGEST_LIFE)
  // Some lives have no fault at all, so that the search also finds errors that need none.
  const faults = random() < 0.25 ? 0 : 1
  const operations: Operation[] = []
  while (operations.length < length) operations.push(...generateOperations(random, faults))
  if (random() < 0.08) operations[between(random, 0, length - 1)] = { do: 'end' }
  return { seed, options, operations }
}

const makers: Weighted<(random: Random, faults: number) => Operation> = [
  [9, (random, faults) => ({ do: 'run', putting: single(random, faults) })],
  [10, (random) => borrow(random)],
  [0.5, (random) => ({ do: 'abort', which: which(random) })],
  [34, (random, faults) => put(random, faults)],
  [1, (random) => ({ do: 'ping', which: which(random) })],
  [6, (random) => ({ do: 'release', which: which(random) })],
  [0.7, (random) => ({ do: 'destroy', which: which(random) })],
  [0.5, (random) => changeUser(random)],
  [0.7, (random) => useAfterRelease(random)],
  [5, (random, faults) => transact(random, faults)],
  [1, (random, faults) => ({ do: 'with', plan: withReadStreams(plan(random, faults)) })],
  [9, (random) => ({ do: 'wait', time: time(random) })],
]

const troubles: Weighted<(random: Random) => Operation> = [
  [1, (random) => ({ do: 'kill', server: server(random), time: oneOf(random, [0, 200, 3000]) })],
  [1.5, (random) => ({ do: 'freeze', server: server(random) })],
  [3, (random) => ({ do: 'thaw', server: server(random) })],
  [1, (random) => ({ do: 'drop all', server: server(random) })],
  [2, (random) => ({ do: 'kill connection', which: which(random) })],
  [1, (random) => ({ do: 'read only', server: server(random), on: random() < 0.5 })],
  [1, (random) => ({ do: 'leave primary', server: server(random), time: oneOf(random, [5, 300, 3000]) })],
  [1, (random) => ({ do: 'slow', server: server(random), time: oneOf(random, [0, 0, 3, 30, 300]) })],
  [2, (random) => ({ do: 'trouble', server: server(random), fate: fate(random) })],
  [2, (random) => ({ do: 'drain', server: server(random) })],
  [2, (random) => ({ do: 'undrain', server: server(random) })],
  [0.5, (random) => ({ do: 'remove', server: server(random) })],
  [0.7, () => ({ do: 'add' })],
  [1, () => ({ do: 'refresh' })],
]

function generateOperations(random: Random, faults: number): readonly Operation[] {
  if (random() < 0.04) return transactionOn(random, faults)
  if (random() < 0.12 * faults) return [weighted(random, troubles)(random)]
  return [weighted(random, makers)(random, faults)]
}

/** The steps of one lease from the beginning of a transaction to its end, since random steps alone would make few of these. */
function transactionOn(random: Random, faults: number): readonly Operation[] {
  const which = between(random, 0, 3)
  const pace = random() < 0.8 ? 20 : 0
  const works = Array.from({ length: between(random, 1, 3) }, () =>
    random() < 0.8 ? { say: weighted(random, ordinary) } : anything(random),
  )
  const end: Saying = random() < 0.8 ? 'commit' : 'rollback'
  return [{ say: 'start' as const }, ...works, { say: end }].map((statement) => ({
    do: 'put',
    which,
    putting: putting(random, statement, 2 * faults),
    time: pace,
  }))
}

function borrow(random: Random): Operation {
  return {
    do: 'borrow',
    ...access(random, 0.3),
    ...(random() < 0.9 ? {} : { within: oneOf(random, [1, 30, 300]) }),
    ...(random() < 0.5 ? {} : { decoding: between(random, 0, 2) }),
    signal: random() < 0.15,
  }
}

function put(random: Random, faults: number): Operation {
  const statement = anything(random)
  return {
    do: 'put',
    which: which(random),
    putting: putting(random, statement, faults),
    // Not awaited, mostly awaited, or awaited for as long as the statement takes.
    time: oneOf(random, [0, 0, 5, 20, 20, 20, 500]),
  }
}

function changeUser(random: Random): Operation {
  return {
    do: 'change user',
    which: which(random),
    to: random() < 0.7 ? 'guest' : 'stranger',
    database: random() < 0.5,
  }
}

function useAfterRelease(random: Random): Operation {
  const how = oneOf(random, ['release', 'destroy', 'query', 'stream', 'ping', 'change user', 'commit'] as const)
  return { do: 'use after release', which: which(random), how }
}

function transact(random: Random, faults: number): Operation {
  return {
    do: 'transact',
    plan: withReadStreams(plan(random, faults)),
    retry: random() < 0.5 ? 0 : between(random, 1, 3),
    ...(random() < 0.15 * faults ? { fates: fates(random, [1180, 1213, 1047, 3100]) } : {}),
    ...(random() < 0.1 ? { isolation: 'SERIALIZABLE' as const } : {}),
    readOnly: random() < 0.05,
  }
}

/** Has a callback read each stream at least in part: statements behind an unread stream rightly wait for ever. */
function withReadStreams(given: Plan): Plan {
  const read = (putting: Putting): Putting => (putting.reading === 'never' ? { ...putting, reading: 'some' } : putting)
  return { ...given, puttings: given.puttings.map(read) }
}

function plan(random: Random, faults: number): Plan {
  const length = between(random, 0, LONGEST_PLAN)
  const unusual = random() < 0.3
  return {
    puttings: Array.from({ length }, () => {
      const statement = unusual && random() < 0.4 ? anything(random) : { say: weighted(random, ordinary) }
      return putting(random, statement, faults)
    }),
    pace: weighted(random, [
      [8, 'one by one'],
      [1.5, 'at once'],
      [0.5, 'not awaited'],
    ] as const),
    catches: random() < 0.2,
    throws: random() < 0.1,
  }
}

const ordinary: Weighted<Saying> = [
  [6, 'insert'],
  [3, 'update'],
  [3, 'read'],
  [2, 'read own'],
  [1, 'ask id'],
  [0.5, 'savepoint'],
  [0.5, 'rollback to'],
]

const all: Weighted<Saying> = [
  [7, 'read'],
  [1, 'read all'],
  [4, 'read own'],
  [8, 'insert'],
  [0.7, 'insert with id'],
  [1, 'insert nothing'],
  [1, 'insert returning'],
  [3, 'update'],
  [1, 'call'],
  [0.5, 'call committing'],
  [1, 'function'],
  [0.5, 'load file'],
  [0.3, 'wrong'],
  [1.2, 'create table'],
  [0.4, 'truncate'],
  [0.4, 'analyze'],
  [0.4, 'lock tables'],
  [0.4, 'unlock tables'],
  [1, 'set variable'],
  [1, 'select variable'],
  [0.6, 'get lock'],
  [0.4, 'set zone'],
  [0.4, 'set mode'],
  [0.4, 'set isolation'],
  [0.4, 'set names'],
  [0.3, 'set sync wait'],
  [1.2, 'autocommit off'],
  [0.5, 'autocommit on'],
  [0.7, 'use other'],
  [0.3, 'use own'],
  [0.5, 'create temporary'],
  [2, 'begin'],
  [5, 'start'],
  [6, 'commit'],
  [0.7, 'commit and chain'],
  [0.3, 'commit release'],
  [3, 'rollback'],
  [0.5, 'rollback and chain'],
  [0.3, 'rollback release'],
  [0.7, 'savepoint'],
  [0.7, 'rollback to'],
  [0.6, 'set transaction'],
  [0.8, 'ask database'],
  [1, 'ask variable'],
  [2, 'ask id'],
  [0.7, 'ask row count'],
  [0.4, 'ask id and row count'],
  [0.5, 'execute id'],
  [0.3, 'execute row count'],
  [0.5, 'ask found rows'],
  [0.4, 'ask warnings'],
  [0.4, 'ask user'],
  [0.5, 'ask autocommit'],
  [0.3, 'ask zone'],
  [0.3, 'ask mode'],
  [0.4, 'ask isolation'],
  [0.5, 'ask temporary'],
  [0.2, 'ask connection'],
]

function anything(random: Random): Statement {
  if (random() > 0.02) return { say: weighted(random, all) }
  return { say: 'several', parts: Array.from({ length: between(random, 2, 3) }, () => weighted(random, all)) }
}

function single(random: Random, faults: number): Putting {
  const {
    by,
    isolation: _,
    ...rest
  } = putting(random, random() < 0.5 ? { say: weighted(random, ordinary) } : anything(random), faults)
  return { ...rest, by: by === 'execute' ? 'execute' : 'query' }
}

function putting(random: Random, statement: Statement, faults: number): Putting {
  const by = byOf(random, statement)
  return {
    statement,
    by,
    ...(random() < 0.11 * faults ? { fates: fatesOf(random, statement) } : {}),
    ...(random() < 0.1 && by !== 'api' ? { decoding: between(random, 0, 2) } : {}),
    ...(by === 'api' ? {} : access(random, 0.05)),
    ...(random() < 0.02 * faults && (by === 'query' || by === 'execute') ? { timeout: oneOf(random, [5, 50]) } : {}),
    ...(by === 'stream' ? { reading: reading(random) } : {}),
    ...(by === 'api' && statement.say === 'start' && random() < 0.1 ? { isolation: 'SERIALIZABLE' as const } : {}),
  }
}

function byOf(random: Random, statement: Statement): By {
  const [only, ...others] = partsOf(statement)
  if (only === undefined || others.length > 0) return 'query'
  if ((only === 'start' || only === 'commit' || only === 'rollback') && random() < 0.6) return 'api'
  if (meaningOf(only).rows === true && random() < 0.15) return 'stream'
  return random() < 0.3 ? 'execute' : 'query'
}

function reading(random: Random): Reading {
  return weighted(random, [
    [6, 'all'],
    [2, 'slowly'],
    [1, 'some'],
    [0.5, 'never'],
  ] as const)
}

function access(random: Random, part: number): { access?: Access } {
  if (random() >= part) return {}
  return { access: random() < 0.4 ? 'read' : 'write' }
}

function time(random: Random): number {
  const drawn = random()
  if (drawn < 0.5) return between(random, 0, 5)
  if (drawn < 0.8) return between(random, 5, 100)
  if (drawn < 0.96) return between(random, 100, 700)
  return between(random, 700, 5000)
}

function which(random: Random): number {
  return between(random, 0, 5)
}

function server(random: Random): number {
  return between(random, 0, 2)
}
