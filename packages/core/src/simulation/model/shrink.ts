import type { Life, LifeOptions, Operation, Violation } from './operation.js'

/** Lives a life; answers the rule that was broken. */
export type Try = (life: Life) => Violation | undefined

/** The shortest life found that breaks the same rule: steps are left out, many at a time at first, then options and times. */
export function shrink(life: Life, rule: string, live: Try): Life {
  const fails = (candidate: Life): boolean => live(candidate)?.rule === rule
  let best = life
  for (;;) {
    const before = size(best)
    best = withFewerOperations(best, fails)
    best = withPlainerOptions(best, fails)
    best = withPlainerOperations(best, fails)
    if (size(best) === before) return best
  }
}

function size(life: Life): string {
  return JSON.stringify(life)
}

function withFewerOperations(life: Life, fails: (life: Life) => boolean): Life {
  let { operations } = life
  for (let length = Math.ceil(operations.length / 2); length > 0; length = length === 1 ? 0 : Math.ceil(length / 2)) {
    for (let start = 0; start < operations.length;) {
      const fewer = operations.toSpliced(start, length)
      if (fails({ ...life, operations: fewer })) operations = fewer
      else start += length
    }
  }
  return { ...life, operations }
}

function withPlainerOptions(life: Life, fails: (life: Life) => boolean): Life {
  let best = life
  for (const plainerOf of PLAINER_OPTIONS) {
    const plainer: Life = { ...best, options: { ...best.options, ...plainerOf(best.options) } }
    if (fails(plainer)) best = plainer
  }
  return best
}

/** Each takes up what the ones before it have left; of two for the same option the plainer comes last. */
const PLAINER_OPTIONS: readonly ((options: LifeOptions) => Partial<LifeOptions>)[] = [
  ({ hosts }) => ({ hosts: hosts.map(() => ({})) }),
  ({ hosts }) => ({ hosts: hosts.slice(0, Math.max(1, hosts.length - 1)) }),
  () => ({ meddlers: false }),
  () => ({ minIdle: 0 }),
  () => ({ idleTimeout: 0 }),
  () => ({ maxLifetime: 0 }),
  () => ({ validateAfterIdle: false }),
  () => ({ leakDetectionThreshold: 0 }),
  () => ({ queueLimit: 0 }),
  () => ({ waitForConnections: true }),
  () => ({ noHostTimeout: 0 }),
  () => ({ selector: 'ordered' }),
  ({ connectionLimit = 1 }) => limitOf(Math.min(connectionLimit, 2)),
  () => limitOf(1),
  () => ({ maxConnecting: 1 }),
]

function limitOf(connectionLimit: number): Partial<LifeOptions> {
  return { connectionLimit, maxIdle: connectionLimit }
}

function withPlainerOperations(life: Life, fails: (life: Life) => boolean): Life {
  let best = life
  for (let index = 0; index < best.operations.length; index += 1) {
    const operation = best.operations[index]
    if (operation === undefined) break
    for (const plainer of plainerOperations(operation)) {
      const candidate = { ...best, operations: best.operations.with(index, plainer) }
      if (!fails(candidate)) continue
      best = candidate
      break
    }
  }
  return best
}

function plainerOperations(operation: Operation): readonly Operation[] {
  switch (operation.do) {
    case 'ask':
      return operation.access === undefined && operation.within === undefined && operation.next === 'keep'
        ? []
        : ([
            { do: 'ask', next: 'keep' },
            { do: 'ask', next: operation.next },
            { ...operation, next: 'keep' },
          ].filter((plainer) => JSON.stringify(plainer) !== JSON.stringify(operation)) as Operation[])
    case 'return':
      return operation.which === 0 && operation.left === 'nothing' ? [] : [{ do: 'return', which: 0, left: 'nothing' }]
    case 'stale':
      return operation.which === 0 ? [] : [{ ...operation, which: 0 }]
    case 'wait':
      return [0, 1, 10, 100, 1000].filter((time) => time < operation.time).map((time) => ({ do: 'wait', time }))
    default:
      return []
  }
}
