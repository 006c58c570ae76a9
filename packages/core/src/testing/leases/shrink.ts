import { liveAllInTime } from '../search/lives.js'
import { shrinking } from '../search/shrinking.js'
import type { Life, LifeOptions, Operation, Plan, Putting, Violation } from './operation.js'

/** Lives a life. Resolves to the rule that was broken. */
export type Try = (life: Life) => Promise<Violation | undefined>

/** The shortest life found that breaks the same rule. */
export function shrink(life: Life, rule: string, live: Try): Promise<Life> {
  return liveAllInTime(shrinking(plainer, life, rule), live)
}

/** Ways to make the options plainer. Of two ways for the same option the plainer comes last. */
const PLAINER_OPTIONS: readonly Partial<LifeOptions>[] = [
  { hosts: 2 },
  { hosts: 1 },
  { cluster: 'plain' },
  { tracking: 'yes' },
  { rollbackOnTimeout: false },
  { probes: true },
  { connectionLimit: 2 },
  { connectionLimit: 1 },
  { selector: 'ordered' },
  { acquireTimeout: 10_000 },
  { noHostTimeout: 0 },
  { validateAfterIdle: false },
  { validationTimeout: 1000 },
  { endTimeout: 5000 },
  { maxLifetime: 0 },
  { retryReads: true },
  { hedgeReads: true },
  { resetOnRelease: false },
  { setsUp: false },
  { database: true },
  { autocommit: true },
]

function plainerOperations(operation: Operation): readonly Operation[] {
  switch (operation.do) {
    case 'run':
      return plainerPuttings(operation.putting).map((putting) => ({ do: 'run', putting }))
    case 'borrow':
      return [{ do: 'borrow', signal: false }]
    case 'put':
      return [
        ...(operation.which === 0 ? [] : [{ ...operation, which: 0 }]),
        ...plainerPuttings(operation.putting).map((putting) => ({ ...operation, putting })),
      ]
    case 'transact': {
      const { fates: _, isolation: __, ...plain } = operation
      return [
        plain,
        { ...operation, retry: 0 },
        { ...operation, readOnly: false },
        ...plainerPlans(operation.plan).map((plan) => ({ ...operation, plan })),
      ]
    }
    case 'with':
      return plainerPlans(operation.plan).map((plan) => ({ do: 'with', plan }))
    case 'wait':
      return [0, 1, 10, 100, 1000].filter((time) => time < operation.time).map((time) => ({ do: 'wait', time }))
    case 'release':
    case 'destroy':
    case 'ping':
    case 'abort':
    case 'kill connection':
      return operation.which === 0 ? [] : [{ ...operation, which: 0 }]
    default:
      return []
  }
}

function plainerPlans(plan: Plan): readonly Plan[] {
  const { puttings } = plan
  return [
    ...puttings.map((_, index) => ({ ...plan, puttings: puttings.toSpliced(index, 1) })),
    { ...plan, pace: 'one by one' as const },
    { ...plan, catches: false },
    { ...plan, throws: false },
    ...puttings.flatMap((putting, index) =>
      plainerPuttings(putting).map((plainer) => ({ ...plan, puttings: puttings.with(index, plainer) })),
    ),
  ]
}

function plainerPuttings(putting: Putting): readonly Putting[] {
  const { statement, fates, decoding, access, timeout, isolation, ...rest } = putting
  const given = { fates, decoding, access, timeout, isolation }
  const without = (name: keyof typeof given): Putting => {
    const kept = Object.entries({ ...given, [name]: undefined }).filter(([, value]) => value !== undefined)
    return { statement, ...rest, ...Object.fromEntries(kept) }
  }
  return [
    ...(Object.keys(given) as (keyof typeof given)[]).filter((name) => given[name] !== undefined).map(without),
    ...(fates !== undefined && fates.length > 1 ? [{ ...putting, fates: fates.slice(0, 1) }] : []),
    ...(putting.by === 'execute' ? [{ ...putting, by: 'query' as const }] : []),
    ...(statement.parts ?? []).map((say) => ({ ...putting, statement: { say } })),
  ]
}

/** The ways to make a life of borrowers plainer. */
export const plainer = {
  plainerOptions: PLAINER_OPTIONS.map((options) => (): Partial<LifeOptions> => options),
  plainerOperations,
}
