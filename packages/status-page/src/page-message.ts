import type { EngineCounters, HostStatus, PoolStatus, StatementCounters } from '@mysql-hostpool/core'

import type { Sentence } from './sentence.js'

/** How an event is marked: `bad`, something broke; `odd`, worth a look; `good`, it is well again; `plain`. */
export type EventLevel = 'bad' | 'odd' | 'good' | 'plain'

/** An event in words. Equal events that follow each other closely are one. */
export interface PageEvent {
  /** Counts up; the same for an event that happened again. */
  readonly id: number
  /** When it was first, and when it was last; `Date.now()` times. */
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

/** What the hosts did in the seconds before a moment. */
export interface Sample {
  /** Counts up without a gap. */
  readonly number: number
  /** A `Date.now()` time. */
  readonly at: number
  /** The hosts by name. */
  readonly hosts: Readonly<Record<string, HostSample>>
}

/** What one host did. */
export interface HostSample {
  /** Checkouts of connections to this host, for each second. */
  readonly rate: number
  /** Smoothed time of a statement in milliseconds; null before the first, and while the host is down. */
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

/** What the page is told, about once a second and whenever something happens. */
export interface PageMessage {
  /** The time of the application; a `Date.now()` time. */
  readonly now: number
  /** The first message of a stream has all events and samples: what was known before is void. */
  readonly first: boolean
  /** The pools of the page, in their order. */
  readonly pools: readonly PoolView[]
}
