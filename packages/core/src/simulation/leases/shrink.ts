import type { Life, LifeOptions, Operation, Plan, Putting, Violation } from './operation.js'

/** Lives a life; answers the rule that was broken. */
export type Try = (life: Life) => Promise<Violation | undefined>

type Fails = (life: Life) => Promise<boolean>

/** The shortest life found that breaks the same rule: steps are left out, many at a time at first, then options and details. */
export async function shrink(life: Life, rule: string, live: Try): Promise<Life> {
  const fails: Fails = async (candidate) => (await live(candidate))?.rule === rule
  let best = life
  for (;;) {
    const before = JSON.stringify(best)
    best = await withFewerOperations(best, fails)
    best = await withPlainerOptions(best, fails)
    best = await withPlainerOperations(best, fails)
    if (JSON.stringify(best) === before) return best
  }
}

async function withFewerOperations(life: Life, fails: Fails): Promise<Life> {
  let { operations } = life
  for (let length = Math.ceil(operations.length / 2); length > 0; length = length === 1 ? 0 : Math.ceil(length / 2)) {
    for (let start = 0; start < operations.length;) {
      const fewer = operations.toSpliced(start, length)
      if (await fails({ ...life, operations: fewer })) operations = fewer
      else start += length
    }
  }
  return { ...life, operations }
}

/** Of two for the same option the plainer comes last. */
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

async function withPlainerOptions(life: Life, fails: Fails): Promise<Life> {
  let best = life
  for (const plainer of PLAINER_OPTIONS) {
    const candidate = { ...best, options: { ...best.options, ...plainer } }
    if (JSON.stringify(candidate) !== JSON.stringify(best) && (await fails(candidate))) best = candidate
  }
  return best
}

async function withPlainerOperations(life: Life, fails: Fails): Promise<Life> {
  let best = life
  for (let index = 0; index < best.operations.length; index += 1) {
    for (let improved = true; improved;) {
      improved = false
      const operation = best.operations[index]
      if (operation === undefined) break
      for (const plainer of plainerOperations(operation)) {
        const candidate = { ...best, operations: best.operations.with(index, plainer) }
        if (JSON.stringify(plainer) === JSON.stringify(operation) || !(await fails(candidate))) continue
        best = candidate
        improved = true
        break
      }
    }
  }
  return best
}

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
