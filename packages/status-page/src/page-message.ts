import type { EngineCounters, HostStatus, PoolStatus, StatementCounters } from '@mysql-hostpool/core'

import type { Sentence } from './sentence.js'

/** The mark of an event: `bad`, a failure; `odd`, worth a look; `good`, the end of a failure; `plain`, none of these. */
export type EventLevel = 'bad' | 'odd' | 'good' | 'plain'

/** An event in words. Equal events that follow each other closely are one. */
export interface PageEvent {
  /** Counts up; the same for an event that happened again. */
  readonly id: number
  /** The times of the first and of the last of the equal events, as `Date.now()` gives them. */
  readonly first: number
  /** When it was last; a `Date.now()` time. */
  readonly last: number
  /** How often it happened. */
  readonly times: number
  /** How it is marked. */
  readonly level: EventLevel
  /** The event in words. */
  readonly text: string
}

/** Traffic and latency of the hosts in the seconds before a moment. */
export interface Sample {
  /** The number of the sample: each is one more than that of the sample before. */
  readonly number: number
  /** The moment, as `Date.now()` gives it. */
  readonly at: number
  /** The hosts by name. */
  readonly hosts: Readonly<Record<string, HostSample>>
}

/** What one host did. */
export interface HostSample {
  /** Checkouts of connections to this host a second. */
  readonly rate: number
  /** Smoothed time of a statement in milliseconds; null before the first statement, and while the host is down. */
  readonly latency: number | null
}

/** One pool at one moment, with what is new since the last message. */
export interface PoolView extends Pick<
  PoolStatus,
  'state' | 'connectionLimit' | 'total' | 'inUse' | 'idle' | 'connecting' | 'waiting'
> {
  /** The option `poolName`; for a second pool with the same one, `name (2)`. */
  readonly name: string
  /** What is wrong with the pool, in one sentence. */
  readonly sentence: Sentence
  /** The hosts, as `pool.status()` has them. */
  readonly hosts: readonly HostStatus[]
  /** The counters since the pool was made. */
  readonly counters: EngineCounters & StatementCounters
  /** Events that are new, or happened again; the oldest first. */
  readonly events: readonly PageEvent[]
  /** Samples that are new; the oldest first. */
  readonly samples: readonly Sample[]
}

/** The message to a page, about once a second and at each event. */
export interface PageMessage {
  /** The clock of the application, as `Date.now()` gives it. */
  readonly now: number
  /** Whether this is the first message of a stream: it has all events and samples, and replaces those of an earlier stream. */
  readonly first: boolean
  /** The pools of the page, in their order. */
  readonly pools: readonly PoolView[]
}
