import type { DrillName } from './drill-names.js'
import type { Figures } from './figures.js'

/** Something that is aimed at, and whether this run got there. */
export interface Target {
  readonly text: string
  readonly met: boolean
}

/**
 * Errors that say what has become of a write. The last two are Galera's: as its group changes, generated keys of two nodes
 * can collide, and one of the two writes is undone when it is certified, or refused where the other has arrived already.
 */
export const TYPED: ReadonlySet<string> = new Set([
  'ERR_HOSTPOOL_OUTCOME_UNKNOWN',
  'ERR_HOSTPOOL_HOST_LOST',
  'ERR_HOSTPOOL_TRANSACTION_LOST',
  'ER_LOCK_DEADLOCK',
  'ER_DUP_ENTRY',
])
/** Above this rate two cores are busy enough for a pause to be the machine's. */
const HIGH_RATE = 200

/** What this project's pool aims at in a drill, configured as the report says. */
export function targetsOf(drill: DrillName, rate: number, figures: Figures): readonly Target[] {
  return [...ofDrill(drill, rate, figures), ...atReturn(drill, figures)]
}

function ofDrill(drill: DrillName, rate: number, figures: Figures): readonly Target[] {
  const { read, write } = figures.kinds
  const noReadFails = { text: 'no read fails', met: read.failed === 0 }
  const noWriteFails = { text: 'no write fails', met: write.failed === 0 }
  const settled = { text: 'every request is settled', met: figures.unsettled === 0 }
  const typedWrites = {
    text: 'only writes in flight fail, each with a typed error',
    met: write.failedLater === 0 && Object.keys(write.errors).every((code) => TYPED.has(code)),
  }
  const leftWithin = (limit: number) => ({
    text: `the replica is left within ${limit} ms`,
    met: (figures.detected ?? Infinity) <= limit,
  })
  const nothingAfterDetection = { text: 'nothing goes there after detection', met: figures.sentAfterDetection === 0 }
  const writesBack = {
    text: 'writes are back within 1000 ms of a server taking them',
    met: (figures.writesBack ?? Infinity) <= 1000,
  }
  switch (drill) {
    case 'kill': {
      const limit = rate > HIGH_RATE ? 250 : 50
      return [noReadFails, { text: `worst read <= ${limit} ms`, met: read.worst <= limit }, typedWrites]
    }
    case 'freeze':
      return [
        noReadFails,
        { text: '<= 2 % of reads over 250 ms', met: read.slowShare <= 0.02 },
        { text: 'worst read <= 1000 ms', met: read.worst <= 1000 },
        settled,
        nothingAfterDetection,
      ]
    case 'blackhole': {
      const { burst } = figures
      const allServed = burst !== undefined && burst.served === burst.wanted
      return [
        noReadFails,
        { text: '20 acquires at once on a new pool: worst <= 1000 ms', met: allServed && burst.worst <= 1000 },
      ]
    }
    case 'reject':
      return [
        noReadFails,
        noWriteFails,
        {
          text: '<= 1 request to the node after its first refusal',
          met: (figures.sentAfterDetection ?? Infinity) <= 1,
        },
      ]
    case 'shutdown':
    case 'rolling':
      return [noReadFails, { text: 'no write outside a transaction fails', met: write.failed === 0 }]
    case 'overload': {
      const { burst, hostChanges } = figures
      const timedOut = burst?.errors.every((code) => code === 'ERR_HOSTPOOL_ACQUIRE_TIMEOUT') === true
      return [
        { text: 'no host changes its state', met: hostChanges?.length === 0 },
        { text: 'every caller is served or timed out', met: figures.unsettled === 0 && timedOut },
        { text: 'nobody is served before one who asked earlier', met: burst?.inversions === 0 },
      ]
    }
    case 'partition':
      return [noReadFails, settled]
    case 'readonly':
    case 'desync':
    case 'slow':
      return [noReadFails, noWriteFails]
    case 'block':
    case 'suspend':
      return [
        noReadFails,
        noWriteFails,
        { text: 'no host changes its state', met: figures.hostChanges?.length === 0 },
        settled,
      ]
    case 'lag':
      return [noReadFails, noWriteFails, leftWithin(7000), nothingAfterDetection]
    case 'stopped':
      return [noReadFails, noWriteFails, leftWithin(3000), nothingAfterDetection]
    case 'switch':
      return [
        noReadFails,
        { text: 'no write fails, in a transaction or not', met: write.failed === 0 },
        writesBack,
        settled,
        {
          text: '<= 1 write goes to the former writer once it has refused one',
          met: (figures.sentAfterDetection ?? figures.sentWhileSick) <= 1,
        },
      ]
    case 'promotion':
      return [noReadFails, typedWrites, writesBack, settled]
    case 'returning':
      return [
        noReadFails,
        typedWrites,
        writesBack,
        settled,
        { text: 'no write goes to the old source', met: figures.sentWhileSick === 0 },
      ]
    case 'all':
    case 'majority':
      return [settled]
    default:
      return drill satisfies never
  }
}

function atReturn(drill: DrillName, figures: Figures): readonly Target[] {
  if (['overload', 'slow', 'block', 'suspend'].includes(drill)) return []
  const { read, write } = figures.kinds
  const targets = [
    { text: 'at most 2 handshakes at once with the returning node', met: figures.handshakesAtReturn <= 2 },
    {
      text: 'no request fails after the fault is taken back',
      met: read.failedAfterMending + write.failedAfterMending === 0,
    },
  ]
  const back = { text: 'back within 1000 ms of being usable', met: (figures.readmitted ?? Infinity) <= 1000 }
  // With no node left requests fail until one is back, and a node that serves all along need not be left.
  if (drill === 'all' || drill === 'majority') return [back, ...targets.slice(0, 1)]
  // The old source is made anew within less than a probe's interval: the pool need not see it gone.
  return ['desync', 'switch', 'returning'].includes(drill) ? targets : [back, ...targets]
}
