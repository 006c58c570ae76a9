import type { Access } from '../../sql/access.js'
import type { HostSignal } from '../../hosts/host-condition.js'
import { selectorNames } from '../../selectors/registry.js'
import type { Random } from '../../selectors/selector.js'
import type { ServerWays, Welcome } from '../fake-server.js'
import { between, createRandom, oneOf } from '../random.js'
import type { Afterwards, Life, LifeOptions, Operation } from './operation.js'

const LONGEST_LIFE = 150

/** Generates a life from its seed. */
export function generateLife(seed: number): Life {
  const random = createRandom(seed)
  const options = generateOptions(random)
  const length = between(random, 5, LONGEST_LIFE)
  const operations = Array.from({ length }, () => generateOperation(random))
  // In most lives the pool stays open until the last step. In some it is ended before.
  if (random() < 0.15) operations[between(random, 0, length - 1)] = { do: 'end' }
  return { seed, options, operations }
}

function generateOptions(random: Random): LifeOptions {
  // Mostly small limits, which are reached. Larger ones always have a reserve for reads and writes.
  const connectionLimit = random() < 0.95 ? between(random, 1, 6) : 8
  const hosts = Array.from({ length: between(random, 1, 4) }, () => ({
    ...(random() < 0.2 ? { weight: between(random, 1, 4) } : {}),
    ...(random() < 0.2 ? { connectionLimit: between(random, 1, 3) } : {}),
  }))
  const room = hosts.reduce((sum, host) => sum + (host.connectionLimit ?? connectionLimit), 0)
  const acquireTimeout = oneOf(random, [100, 500, 2000, 10_000])
  return {
    hosts,
    connectionLimit,
    selector: oneOf(random, selectorNames),
    maxConnecting: between(random, 1, 3),
    minIdle: random() < 0.8 ? 0 : between(random, 1, Math.min(connectionLimit, room)),
    ...(random() < 0.3 ? { maxIdle: connectionLimit } : {}),
    idleTimeout: oneOf(random, [0, 300, 60_000]),
    maxLifetime: oneOf(random, [0, 2000, 1_800_000]),
    ...oneOf(random, queues)(random),
    acquireTimeout,
    noHostTimeout: random() < 0.6 ? 0 : Math.min(acquireTimeout, oneOf(random, [50, 400, 2000])),
    validateAfterIdle: oneOf(random, [500, 500, 0, false] as const),
    validationTimeout: oneOf(random, [200, 1000]),
    leakDetectionThreshold: random() < 0.9 ? 0 : 2000,
    endTimeout: oneOf(random, [1000, 5000]),
    connectTimeout: oneOf(random, [400, 3000, 10_000]),
    meddlers: random() < 0.2,
  }
}

const queues: readonly ((random: Random) => Pick<LifeOptions, 'waitForConnections' | 'queueLimit'>)[] = [
  () => ({}),
  () => ({}),
  () => ({}),
  () => ({ waitForConnections: false }),
  (random) => ({ queueLimit: between(random, 1, 5) }),
]

const makers: readonly (readonly [weight: number, make: (random: Random) => Operation])[] = [
  [30, (random) => ({ do: 'ask', ...access(random), ...deadline(random), next: afterwards(random) })],
  [22, (random) => ({ do: 'return', which: between(random, 0, 9), left: left(random) })],
  [4, (random) => ({ do: 'use', which: between(random, 0, 9), ...use(random) })],
  [4, (random) => ({ do: 'stale', which: between(random, 0, 9), asks: oneOf(random, staleRequests), ...use(random) })],
  [3, (random) => ({ do: 'destroy', which: between(random, 0, 9) })],
  [4, (random) => ({ do: 'cancel', which: between(random, 0, 9) })],
  [22, (random) => ({ do: 'wait', time: time(random) })],
  [6, (random) => ({ do: 'change', server: server(random), ways: ways(random) })],
  [2, (random) => ({ do: 'drop', server: server(random) })],
  [1, (random) => ({ do: 'freeze', server: server(random) })],
  [2, (random) => ({ do: 'thaw', server: server(random) })],
  [8, (random) => ({ do: 'signal', server: server(random), signal: signal(random) })],
  [0.5, () => ({ do: 'add' })],
  [0.5, (random) => ({ do: 'remove', server: server(random) })],
  [0.5, () => ({ do: 'refresh' })],
]
const staleRequests = ['release', 'discard', 'use'] as const
const weights = makers.reduce((sum, [weight]) => sum + weight, 0)

function generateOperation(random: Random): Operation {
  let left = random() * weights
  for (const [weight, make] of makers) {
    left -= weight
    if (left < 0) return make(random)
  }
  return { do: 'wait', time: 0 }
}

function access(random: Random): { access?: Access } {
  const drawn = random()
  if (drawn < 0.5) return {}
  return { access: drawn < 0.75 ? 'read' : 'write' }
}

function left(random: Random): Extract<Operation, { do: 'return' }>['left'] {
  const drawn = random()
  if (drawn < 0.75) return 'nothing'
  return drawn < 0.95 ? 'traces' : 'damage'
}

function use(random: Random): { access: Access; force: boolean } {
  return { access: random() < 0.5 ? 'read' : 'write', force: random() < 0.3 }
}

function deadline(random: Random): { within?: number } {
  return random() < 0.9 ? {} : { within: oneOf(random, [1, 30, 300, 3000]) }
}

function afterwards(random: Random): Afterwards {
  return random() < 0.85 ? 'keep' : oneOf(random, ['return', 'return twice', 'destroy', 'ask again'] as const)
}

function time(random: Random): number {
  const drawn = random()
  if (drawn < 0.5) return between(random, 0, 5)
  if (drawn < 0.8) return between(random, 5, 100)
  if (drawn < 0.97) return between(random, 100, 1500)
  return between(random, 1500, 20_000)
}

function server(random: Random): number {
  return between(random, 0, 3)
}

function ways(random: Random): Partial<ServerWays> {
  switch (between(random, 0, 5)) {
    case 0:
    case 1:
      return { welcome: random() < 0.5 ? 'accepts' : oneOf(random, welcomes) }
    case 2:
      return { handshakeTime: oneOf(random, [0, 1, 5, 50, 300, 2000]) }
    case 3:
      return { answers: random() < 0.6 ? 'well' : oneOf(random, ['with an error', 'never'] as const) }
    case 4:
      return { answerTime: oneOf(random, [0, 1, 20, 400]) }
    default:
      return { partsWell: random() < 0.6, goodbyeTime: oneOf(random, [0, 1, 50, 2000]) }
  }
}

const welcomes: readonly Welcome[] = [
  'accepts',
  'refuses',
  'is silent',
  'has no room',
  'wants another password',
  'has no such database',
]

function signal(random: Random): HostSignal {
  const drawn = random()
  if (drawn < 0.5) {
    const writable = random() < 0.8
    const lastResort = random() < 0.1
    return { kind: 'usable', writable, lastResort, reason: lastResort ? 'a donor' : '' }
  }
  if (drawn < 0.6) return { kind: 'doubtful', reason: 'something broke' }
  if (drawn < 0.75) return { kind: 'unusable', reason: 'gone', hung: random() < 0.3 }
  if (drawn < 0.8) return { kind: 'readOnly', reason: 'read_only is on' }
  return { kind: drawn < 0.88 ? 'drain' : 'undrain' }
}
