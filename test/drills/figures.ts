import type { RequestKind } from '../demo/tally.js'
import type { DrillRecord } from './drill.js'
import type { DrillName } from './drill-names.js'
import type { Episode } from './episode.js'
import type { BurstRecord, Handshake, HostChange, Pause, Sample, SubjectRecord } from './record.js'

/** A request that takes longer has been noticed by somebody. */
export const SLOW = 250

/** What one kind of requests met, from the first fault until the end of the load. */
export interface KindFigures {
  readonly requests: number
  /** How many failed with each code. */
  readonly errors: Readonly<Record<string, number>>
  readonly failed: number
  /** Failures of requests that were due only after the fault was there. */
  readonly failedLater: number
  /** Failures of requests that were due after the fault had been taken back. */
  readonly failedAfterMending: number
  /** Of the requests that were under way or due while the fault lasted, 0 to 1. */
  readonly slowShare: number
  /** Milliseconds. */
  readonly worst: number
  /** When the worst was due, in milliseconds after the first fault. */
  readonly worstDue: number
  /** Those that took long; absent when none did. */
  readonly slow: SlowOnes | undefined
}

export interface SlowOnes {
  readonly times: number
  /** When the first, the last and the worst of them were due, in milliseconds after the first fault. */
  readonly first: number
  readonly last: number
  readonly worst: number
  /** How many would not have been slow, had the process of the pool not been kept from its work meanwhile. */
  readonly paused: number
}

/** A time in which no server took writes; by the clock of `now()`. */
export interface WriteOutage {
  readonly from: number
  readonly to: number
}

/** What one pool did in one drill; durations in milliseconds, the worst where several nodes were in trouble. */
export interface Figures {
  readonly kinds: Readonly<Record<RequestKind, KindFigures>>
  readonly unsettled: number
  /** From the fault until the pool used the host no more, or with reserve; absent when it never said so. */
  readonly detected: number | undefined
  /** From when the node was a full member until the pool said that it uses it again; less than 0 when the pool was quicker. */
  readonly readmitted: number | undefined
  /** From when the node was a full member until a request was sent to it. */
  readonly usedAgain: number | undefined
  /** From when a server took writes again until one was answered; absent where writes were never without a server. */
  readonly writesBack: number | undefined
  /** Requests that were sent to a host in trouble after the pool had noticed; of one that must not get writes, those. */
  readonly sentAfterDetection: number | undefined
  /** The same from the beginning of the fault, noticed or not. */
  readonly sentWhileSick: number
  /** What the pool said about its hosts, in milliseconds after the first fault; nodes are counted from 0. */
  readonly hostChanges:
    | readonly { readonly after: number; readonly node: number; readonly reason: string }[]
    | undefined
  readonly handshakes: number
  /** Most handshakes with one host at once. */
  readonly handshakesAtOnce: number
  /** The same, from when faults were taken back, with the hosts that had them. */
  readonly handshakesAtReturn: number
  readonly burst: BurstRecord | undefined
  readonly uncaught: readonly string[]
  readonly leaks: readonly string[]
  /** How often and how long the process of the pool was kept from its work, by itself or by the machine. */
  readonly pauses: { readonly times: number; readonly longest: number }
}

type Drill = Pick<DrillRecord, 'drill' | 'episodes' | 'from' | 'to' | 'hosts' | 'outages'>

/** In these the host in trouble serves reads, and must not be written to. */
const NO_WRITES_THERE: ReadonlySet<DrillName> = new Set(['readonly', 'switch', 'returning'])

export function figuresOf(drill: Drill, record: SubjectRecord): Figures {
  const { episodes, hosts, from } = drill
  const { changes } = record
  const nameOf = ({ node }: Episode) => hosts[node] ?? ''
  const handshakes = record.handshakes.filter(({ to }) => to >= from)
  // What comes after the next node's trouble has begun is about that.
  const nextOf = ({ mending }: Episode) =>
    Math.min(Infinity, ...episodes.map(({ breaking }) => breaking).filter((breaking) => breaking > mending))
  const episodesOfHost = episodes.map((episode) => {
    const host = nameOf(episode)
    const seen = changes?.filter((change) => change.host === host)
    const noticed = seen?.find(({ at, good }) => !good && at >= episode.breaking && at <= episode.usable)?.at
    const sent = (record.requests[host] ?? []).filter(
      ({ kind }) => kind === 'write' || !NO_WRITES_THERE.has(drill.drill),
    )
    const sentFrom = (time: number) => sent.filter(({ at }) => at > time && at < episode.mending).length
    return {
      detected: since(episode.breaking, noticed),
      readmitted: noticed === undefined ? undefined : since(episode.usable, lastReturn(seen, episode, nextOf(episode))),
      usedAgain: since(episode.usable, sent.find(({ at }) => at >= episode.usable)?.at),
      sentAfterDetection: noticed === undefined ? undefined : sentFrom(noticed),
      sentWhileSick: sentFrom(episode.broken),
      atReturn: atOnce(handshakes.filter((each) => each.host === host && each.to >= episode.mending)),
    }
  })
  return {
    kinds: { read: kindFigures('read', drill, record), write: kindFigures('write', drill, record) },
    unsettled: record.sent - record.samples.length + (record.burst?.unsettled ?? 0),
    detected: worstOf(episodesOfHost.map(({ detected }) => detected)),
    readmitted: worstOf(episodesOfHost.map(({ readmitted }) => readmitted)),
    usedAgain: worstOf(episodesOfHost.map(({ usedAgain }) => usedAgain)),
    writesBack: worstOf(drill.outages.map((outage) => writesBackAfter(outage, record.samples))),
    sentAfterDetection: worstOf(episodesOfHost.map(({ sentAfterDetection }) => sentAfterDetection)),
    sentWhileSick: Math.max(0, ...episodesOfHost.map(({ sentWhileSick }) => sentWhileSick)),
    hostChanges: changes
      ?.filter(({ at }) => at >= from)
      .map(({ at, host, reason }) => ({ after: at - from, node: hosts.indexOf(host), reason })),
    handshakes: handshakes.length,
    handshakesAtOnce: atOncePerHost(handshakes),
    handshakesAtReturn: Math.max(0, ...episodesOfHost.map(({ atReturn }) => atReturn)),
    burst: record.burst,
    uncaught: record.uncaught,
    leaks: record.leaks,
    pauses: pausesOf(record.pauses.filter((pause) => pause.to >= from)),
  }
}

function kindFigures(
  kind: RequestKind,
  { episodes, from, to }: Drill,
  { samples, pauses }: Pick<SubjectRecord, 'samples' | 'pauses'>,
): KindFigures {
  const seen = samples.filter((sample) => sample.kind === kind && sample.ended >= from && sample.due <= to)
  const during = seen.filter(({ due }) => episodes.length === 0 || episodes.some(({ mending }) => due < mending))
  const failed = seen.filter(({ error }) => error !== undefined)
  const errors: Record<string, number> = {}
  for (const { error } of failed) if (error !== undefined) errors[error] = (errors[error] ?? 0) + 1
  const firstBroken = episodes.length === 0 ? from : Math.min(...episodes.map(({ broken }) => broken))
  const lastMending = Math.max(...episodes.map(({ mending }) => mending))
  const worst = worstOfSamples(seen)
  return {
    requests: seen.length,
    errors,
    failed: failed.length,
    failedLater: failed.filter(({ due }) => due > firstBroken).length,
    failedAfterMending: episodes.length === 0 ? 0 : failed.filter(({ due }) => due > lastMending).length,
    slowShare: during.length === 0 ? 0 : during.filter(isSlow).length / during.length,
    worst: worst === undefined ? 0 : latency(worst),
    worstDue: worst === undefined ? 0 : worst.due - from,
    slow: slowOnes(seen, from, pauses),
  }
}

function slowOnes(seen: readonly Sample[], from: number, pauses: readonly Pause[]): SlowOnes | undefined {
  const slow = seen.filter(isSlow).sort((a, b) => a.due - b.due)
  const [first] = slow
  if (first === undefined) return undefined
  const worst = worstOfSamples(slow) ?? first
  const last = slow.at(-1) ?? first
  const paused = slow.filter((sample) => latency(sample) - pausedDuring(sample, pauses) <= SLOW).length
  return { times: slow.length, first: first.due - from, last: last.due - from, worst: worst.due - from, paused }
}

function worstOfSamples(samples: readonly Sample[]): Sample | undefined {
  const [first] = samples
  return first && samples.reduce((worst, sample) => (latency(sample) > latency(worst) ? sample : worst), first)
}

/** How long the process did nothing while a request was due. */
function pausedDuring({ due, ended }: Sample, pauses: readonly Pause[]): number {
  return pauses.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(to, ended) - Math.max(from, due)), 0)
}

function pausesOf(pauses: readonly Pause[]): Figures['pauses'] {
  return { times: pauses.length, longest: Math.max(0, ...pauses.map(({ from, to }) => to - from)) }
}

function latency({ due, ended }: Sample): number {
  return ended - due
}

function isSlow(sample: Sample): boolean {
  return latency(sample) > SLOW
}

/**
 * It may be back a moment before this process sees the node as usable: any return after the fault was taken back counts, the
 * last one where there are several, since a node that was back too early goes again.
 */
function lastReturn(
  changes: readonly HostChange[] | undefined,
  { mending }: Episode,
  until: number,
): number | undefined {
  return changes?.findLast(
    ({ at, good }, index) => good && at >= mending && at < until && changes[index - 1]?.good !== true,
  )?.at
}

function writesBackAfter({ to }: WriteOutage, samples: readonly Sample[]): number | undefined {
  const written = samples.filter(({ kind, error, ended }) => kind === 'write' && error === undefined && ended >= to)
  return written.length === 0 ? undefined : Math.min(...written.map(({ ended }) => ended)) - to
}

function since(begin: number, end: number | undefined): number | undefined {
  return end === undefined ? undefined : end - begin
}

function worstOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined)
  return known.length === 0 || known.length < values.length ? undefined : Math.max(...known)
}

function atOncePerHost(handshakes: readonly Handshake[]): number {
  const hosts = new Set(handshakes.map(({ host }) => host).filter((host) => host !== undefined))
  return Math.max(0, ...[...hosts].map((host) => atOnce(handshakes.filter((each) => each.host === host))))
}

/** The most that were under way at one time. */
export function atOnce(handshakes: readonly Handshake[]): number {
  const steps = handshakes.flatMap(({ from, to }) => [
    { at: from, change: 1 },
    { at: to, change: -1 },
  ])
  // What ends at the moment at which another begins was not there at the same time.
  steps.sort((a, b) => a.at - b.at || a.change - b.change)
  let now = 0
  let most = 0
  for (const { change } of steps) {
    now += change
    most = Math.max(most, now)
  }
  return most
}
