import type { Allegiance } from '../hosts/belonging.js'
import type { Source } from '../hosts/succession.js'
import type { Answer } from '../driver/question.js'
import type { ServerFacts } from './server-facts.js'

/** The result of a probe. */
export type ProbeResult =
  | Usable
  | {
      readonly usable: false
      readonly reason: string
      /** The host is outside its cluster, or another host has taken its place: the pool ends the statements under way there. */
      readonly astray?: boolean
    }

export interface Usable {
  readonly usable: true
  readonly writable: boolean
  readonly lastResort: boolean
  readonly reason: string
  /** The cluster of the host, by its answer; left out where the answer does not tell. */
  readonly allegiance?: Allegiance
  /** The servers that the host replicates from, empty for a source; left out where the probe did not ask. */
  readonly sources?: readonly Source[]
}

/** The limits of the configuration for a healthy host. */
export interface Limits {
  /** Milliseconds; 0 = none. */
  readonly maxReplicaLag: number
  /** Write sets; 0 = none. */
  readonly maxReceiveQueue: number
  readonly useDonors: boolean
}

/** The probe of one kind of server: its statements, and the meaning of the answers. */
export interface ProbeKind {
  readonly name: string
  /** The names of the server variables by which `matches` recognises this kind, in capital letters. */
  readonly variables: readonly string[]
  /** Whether a server is of this kind, by its variables. The registry tries the kinds in order. */
  matches(server: ServerFacts): boolean
  /**
   * The cluster of a server as far as its variables tell, without the statements of the probe.
   * @param follows - whether the server may be a replica
   */
  allegiance(server: ServerFacts, follows: boolean): Allegiance
  /** Whether COM_RESET_CONNECTION resets a session of this kind of server fully. */
  readonly resetIsSafe: boolean
  /** The statements of the probe. They are sent one after the other, each in a round trip. */
  queries(server: ServerFacts): readonly string[]
  /** The privilege that these statements need, as GRANT takes it; undefined when every account may send them. */
  privilege(serverVersion: string): string | undefined
  /**
   * Turns the answers into a result.
   * @param answers - one for each statement, in their order
   * @param spared - whether the host is a last resort at present: a limit then has hysteresis, so that the host does not flap
   */
  evaluate(answers: readonly Answer[], limits: Limits, spared: boolean): ProbeResult
}

export function unusable(reason: string): ProbeResult {
  return { usable: false, reason }
}
