import type { Access } from '../../sql/access.js'
import type { Random } from '../../selectors/selector.js'
import { between, createRandom, oneOf } from '../random.js'
import type { Life, LifeOptions, Operation } from './operation.js'

const LONGEST_LIFE = 60

/** Generates a life from its seed. */
export function generateLife(seed: number): Life {
  const random = createRandom(seed)
  const drawn = random()
  const kind = drawn < 0.55 ? 'galera' : drawn < 0.8 ? 'replication' : 'replicas'
  const options: LifeOptions = {
    kind,
    sourceBy: random() < 0.5 ? 'address' : 'id',
    addresses: between(random, kind === 'replicas' ? 2 : 1, 3),
    // Without probes only refused writes tell a source from a replica.
    probes: random() < 0.85 || kind === 'replicas',
    connectionLimit: between(random, 2, 6),
    selector: random() < 0.7 ? 'random' : 'ordered',
  }
  const length = between(random, 5, LONGEST_LIFE)
  return { seed, options, operations: Array.from({ length }, () => generateOperation(random, kind)) }
}

type Maker = (random: Random) => Operation

type Makers = readonly (readonly [weight: number, make: Maker])[]

const common: Makers = [
  [14, (random) => ({ do: 'run', access: access(random), count: between(random, 1, 6) })],
  [5, (random) => ({ do: 'borrow', access: access(random) })],
  [8, (random) => ({ do: 'put', which: between(random, 0, 4), access: access(random) })],
  [5, (random) => ({ do: 'release', which: between(random, 0, 4) })],
  [26, (random) => ({ do: 'wait', time: time(random) })],
  [2, (random) => ({ do: 'freeze', ...place(random) })],
  [3, (random) => ({ do: 'thaw', ...place(random) })],
  [
    6,
    (random) => ({
      do: 'welcome',
      how: oneOf(random, WELCOMES),
      ...place(random),
    }),
  ],
  [5, (random) => ({ do: 'end sessions', times: random() < 0.6 ? 1 : between(random, 2, 8), ...place(random) })],
  [3, (random) => ({ do: 'drop flows', ...place(random) })],
  [6, (random) => ({ do: 'read only', name: oneOf(random, READ_ONLY), ...place(random) })],
  [2, (random) => ({ do: 'refuse writes', on: random() < 0.4, ...place(random) })],
  [3, (random) => ({ do: 'stop replication', on: random() < 0.5, ...place(random) })],
  [2, (random) => ({ do: 'privilege', on: random() < 0.6 })],
  [1, (random) => ({ do: 'password', time: oneOf(random, [0, 0, 300, 1500, -1]) })],
]

const ofAddresses: Makers = [
  ...common,
  [6, (random) => ({ do: 'lead', ...place(random) })],
  [3, (random) => ({ do: 'switch over', ...place(random) })],
  [3, (random) => ({ do: 'cluster', cluster: oneOf(random, ['x', 'x', 'y', 'none']), ...place(random) })],
  [4, (random) => ({ do: 'primary', on: random() < 0.6, ...place(random) })],
]

const ofReplicas: Makers = [
  ...common,
  [5, (random) => ({ do: 'promote', ...place(random) })],
  [4, (random) => ({ do: 'read only', name: 'none', ...place(random) })],
  [7, (random) => ({ do: 'follow', source: between(random, 0, 2), ...place(random) })],
]

const WELCOMES = [
  'accepts',
  'accepts',
  'accepts',
  'refuses',
  'refuses',
  'is silent',
  'wants another password',
  'has no room',
] as const

const READ_ONLY = ['none', 'none', 'read_only', 'super_read_only', 'innodb_read_only', 'transaction_read_only'] as const

function generateOperation(random: Random, kind: LifeOptions['kind']): Operation {
  const makers = kind === 'replicas' ? ofReplicas : ofAddresses
  let left = random() * makers.reduce((sum, [weight]) => sum + weight, 0)
  for (const [weight, make] of makers) {
    left -= weight
    if (left < 0) return make(random)
  }
  return { do: 'wait', time: 0 }
}

function access(random: Random): Access {
  return random() < 0.5 ? 'read' : 'write'
}

function place(random: Random): { readonly address: number; readonly server: number } {
  return { address: between(random, 0, 2), server: between(random, 0, 1) }
}

function time(random: Random): number {
  const drawn = random()
  if (drawn < 0.4) return between(random, 0, 50)
  if (drawn < 0.7) return between(random, 50, 1500)
  if (drawn < 0.95) return between(random, 1500, 6000)
  return between(random, 6000, 40_000)
}
