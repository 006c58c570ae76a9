import { selectorNames } from '../../selectors/registry.js'
import type { Random } from '../../selectors/selector.js'
import { between, oneOf } from '../random.js'
import type { LifeOptions } from './operation.js'

/** Generates the options of a life: of its pool and its servers. */
export function generateOptions(random: Random): Omit<LifeOptions, 'hedgeReads'> {
  const acquireTimeout = oneOf(random, [100, 500, 2000, 10_000])
  return {
    hosts: oneOf(random, [1, 2, 2, 3]),
    cluster: random() < 0.4 ? 'galera' : 'plain',
    tracking: random() < 0.7 ? 'yes' : oneOf(random, ['no', 'swallowed'] as const),
    rollbackOnTimeout: random() < 0.3,
    probes: random() < 0.9,
    connectionLimit: between(random, 1, 4),
    selector: oneOf(random, selectorNames),
    acquireTimeout,
    noHostTimeout: random() < 0.6 ? 0 : Math.min(acquireTimeout, oneOf(random, [50, 400, 2000])),
    validateAfterIdle: oneOf(random, [500, 0, false] as const),
    validationTimeout: oneOf(random, [200, 1000]),
    endTimeout: oneOf(random, [0, 500, 5000]),
    maxLifetime: oneOf(random, [0, 300, 1_800_000]),
    retryReads: random() < 0.85,
    resetOnRelease: random() < 0.1,
    setsUp: random() < 0.2,
    database: random() < 0.9,
    autocommit: random() < 0.92,
  }
}
