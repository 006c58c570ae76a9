import type { RequestKind } from '../demo/tally.js'

/** One request that has ended; all times are those of `now()`. */
export interface Sample {
  readonly kind: RequestKind
  /** When it should have been sent. */
  readonly due: number
  readonly ended: number
  /** Its error's code; absent when it succeeded. */
  readonly error?: string
}

/** What a pool thought of a host, from a moment on. */
export interface HostChange {
  readonly at: number
  /** As the pool was given it. */
  readonly host: string
  /** Whether it is used without reserve. */
  readonly good: boolean
  readonly reason: string
}

/** One try to log in, from the TCP connection until the server's second packet, or the end of the connection. */
export interface Handshake {
  /** `address:port`; absent when nobody was there. */
  readonly host?: string
  readonly from: number
  readonly to: number
}

/** A request of the load that was put on the wire. */
export interface SentRequest {
  readonly at: number
  readonly kind: RequestKind
}

/** A time in which the process itself did nothing: its own work, or the machine, kept it from its timers. */
export interface Pause {
  readonly from: number
  readonly to: number
}

/** Many who wanted a connection at the same moment. */
export interface BurstRecord {
  readonly wanted: number
  readonly served: number
  readonly errors: readonly string[]
  readonly unsettled: number
  /** Milliseconds until the last one had its connection, or its error. */
  readonly worst: number
  /** How many got theirs after somebody who had asked later. */
  readonly inversions: number
}

/** All that one pool under load has to tell. */
export interface SubjectRecord {
  readonly samples: readonly Sample[]
  readonly sent: number
  /** Absent for pools that do not tell. */
  readonly changes: readonly HostChange[] | undefined
  /** What went over the wire to each host (`address:port`), the pool's own probes and pings left out. */
  readonly requests: Readonly<Record<string, readonly SentRequest[]>>
  readonly handshakes: readonly Handshake[]
  readonly burst: BurstRecord | undefined
  /** What must never happen in a process, whatever its servers do: uncaught exceptions, unhandled rejections. */
  readonly uncaught: readonly string[]
  /** What was left behind when all requests had ended. */
  readonly leaks: readonly string[]
  readonly pauses: readonly Pause[]
}
