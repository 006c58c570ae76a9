import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { runDrill } from '../drills/drill.js'
import type { DrillName } from '../drills/drill-names.js'
import { resultOf } from '../drills/drills.js'
import type { Pace } from '../drills/faults.js'
import type { Figures } from '../drills/figures.js'
import type { SubjectName } from '../drills/subjects/subject.js'
import { makeTables } from '../drills/tables.js'
import { TYPED } from '../drills/targets.js'
import { describeWithFaults, faultyCluster } from './setup/servers.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const LONG = 120_000
const RATE = 50
const CONNECTIONS = 9
const PACE: Pace = { before: 300, between: 300, steady: 300, after: 500 }
const ALONE: readonly SubjectName[] = ['hostpool']
const ALL_WAYS: readonly SubjectName[] = ['hostpool', 'hostpool-typeorm', 'hostpool-prisma']

interface Short {
  readonly seconds: number
  readonly subjects?: readonly SubjectName[]
  readonly pace?: Partial<Pace>
}

/** A drill at a shorter length. Asserts what no fault excuses, and answers the rest for each way to the pool. */
async function drill(name: DrillName, { seconds, subjects = ALONE, pace = {} }: Short): Promise<readonly Figures[]> {
  const record = await runDrill({
    cluster: faultyCluster(),
    servers: 'galera',
    drill: name,
    rate: RATE,
    connections: CONNECTIONS,
    seconds,
    subjects,
    signal: new AbortController().signal,
    pace: { ...PACE, ...pace },
  })
  return resultOf(record).pools.map((pool) => {
    if ('failure' in pool) throw new Error(`${pool.name}: ${pool.failure}`)
    const { figures } = pool
    const { uncaught, leaks, unsettled } = figures
    expect({ pool: pool.name, uncaught, leaks, unsettled }).toEqual({
      pool: pool.name,
      uncaught: [],
      leaks: [],
      unsettled: 0,
    })
    return figures
  })
}

function errorsOf({ kinds }: Figures): { readonly read: readonly string[]; readonly write: readonly string[] } {
  return { read: Object.keys(kinds.read.errors), write: Object.keys(kinds.write.errors) }
}

const untyped = (codes: readonly string[]) => codes.filter((code) => !TYPED.has(code))

describeWithFaults('under a steady load, with the default configuration', () => {
  beforeAll(async () => {
    // The load runs in processes of their own, which need what is built; of unchanged sources this builds nothing.
    await promisify(execFile)('node_modules/.bin/tsc', ['-b'], { cwd: ROOT })
    await makeTables(faultyCluster().node(0), faultyCluster().database)
  }, LONG)

  afterEach(() => faultyCluster().heal(), LONG)

  it.each([
    { name: 'kill', seconds: 2, subjects: ALL_WAYS },
    { name: 'blackhole', seconds: 2 },
    // Until the node knows what it has missed.
    { name: 'freeze', seconds: 3, subjects: ALL_WAYS, pace: { steady: 3_000 } },
  ] as const)(
    'no read fails while $name, and a write only with an error that says what has become of it',
    { timeout: LONG },
    async ({ name, ...short }) => {
      for (const figures of await drill(name, short)) {
        const { read, write } = errorsOf(figures)
        expect({ read, write: untyped(write) }).toEqual({ read: [], write: [] })
        expect(figures.detected).toBeDefined()
      }
    },
  )

  it.each([
    { name: 'reject', seconds: 1, subjects: ALL_WAYS },
    { name: 'readonly', seconds: 1 },
    { name: 'desync', seconds: 1 },
    { name: 'slow', seconds: 1 },
    { name: 'shutdown', seconds: 0 },
  ] as const)('nothing fails while $name', { timeout: LONG }, async ({ name, ...short }) => {
    for (const figures of await drill(name, short)) {
      expect(errorsOf(figures)).toEqual({ read: [], write: [] })
    }
  })

  it(
    'with every node down callers are told so, and are served again when the nodes are back',
    { timeout: LONG },
    async () => {
      const [figures] = await drill('all', { seconds: 1 })
      const allowed = new Set(['ERR_HOSTPOOL_NO_HOST', ...TYPED])
      const { read, write } = figures ? errorsOf(figures) : { read: [], write: [] }
      expect([...read, ...write].filter((code) => !allowed.has(code))).toEqual([])
      expect(read).toContain('ERR_HOSTPOOL_NO_HOST')
      expect(figures?.hostChanges?.map(({ reason }) => reason)).toContain('up')
    },
  )

  it(
    'overload changes no host’s state, serves callers in their order, and forgets none',
    { timeout: LONG },
    async () => {
      const [figures] = await drill('overload', { seconds: 1 })
      expect(figures?.hostChanges).toEqual([])
      expect(figures?.burst).toMatchObject({ wanted: 180, inversions: 0, unsettled: 0 })
      expect(new Set(figures?.burst?.errors)).toEqual(new Set())
    },
  )

  it.each(['block', 'suspend'] as const)(
    'a pause of the application itself (%s) marks no host down and fails nothing',
    { timeout: LONG },
    async (name) => {
      // Suspended for longer than probes, pings and statements are given to answer.
      for (const figures of await drill(name, { seconds: 1.5, pace: { after: 2_000 } })) {
        expect(figures.hostChanges).toEqual([])
        expect(errorsOf(figures)).toEqual({ read: [], write: [] })
      }
    },
  )
})
