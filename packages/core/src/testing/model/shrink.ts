import { liveAll } from '../search/lives.js'
import { shrinking } from '../search/shrinking.js'
import type { Life, LifeOptions, Operation, Violation } from './operation.js'

/** Lives a life. Returns the rule that was broken. */
export type Try = (life: Life) => Violation | undefined

/** The shortest life found that breaks the same rule. */
export function shrink(life: Life, rule: string, live: Try): Life {
  return liveAll(shrinking(plainer, life, rule), live)
}

/**
 * Ways to make the options plainer. Each is tried on the result of those before. Of two ways for the same option the plainer
 * comes last.
 */
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

/** The ways to make a life of a pool plainer. */
export const plainer = { plainerOptions: PLAINER_OPTIONS, plainerOperations }
