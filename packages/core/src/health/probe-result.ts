import type { Allegiance } from '../hosts/belonging.js'
import type { Source } from '../hosts/succession.js'
import type { Answer } from '../driver/question.js'
import type { ServerFacts } from './server-facts.js'

/** What a probe found out about a host. */
export type ProbeResult =
  | Usable
  | {
      readonly usable: false
      readonly reason: string
      /** It is not of the cluster that it belongs to, or another one has taken its place: what is under way there is ended. */
      readonly astray?: boolean
    }

export interface Usable {
  readonly usable: true
  readonly writable: boolean
  readonly lastResort: boolean
  readonly reason: string
  /** What it says of the cluster that it belongs to; left out where that is not known. */
  readonly allegiance?: Allegiance
  /** What it replicates from, where that was asked; none for a source. */
  readonly sources?: readonly Source[]
}

/** What the configuration has to say about good and bad. */
export interface Limits {
  /** Milliseconds; 0 = none. */
  readonly maxReplicaLag: number
  /** Write sets; 0 = none. */
  readonly maxReceiveQueue: number
  readonly useDonors: boolean
}

/** How one kind of server is asked, and what its answers mean. */
export interface ProbeKind {
  readonly name: string
  /** The server's variables that tell whether it is of this kind, in capitals. */
  readonly variables: readonly string[]
  /** Whether a server is of this kind, by its variables; the registry asks the kinds in order. */
  matches(server: ServerFacts): boolean
  /**
   * What the kind of a server tells of the cluster that it belongs to, before it is asked.
   * @param follows - whether it may be a replica
   */
  allegiance(server: ServerFacts, follows: boolean): Allegiance
  /** Whether a session there is as good as new after COM_RESET_CONNECTION. */
  readonly resetIsSafe: boolean
  /** Statements put one after the other, each a round trip. */
  queries(server: ServerFacts): readonly string[]
  /** What an account must be granted to ask them, as it stands in GRANT; undefined when every account may. */
  privilege(serverVersion: string): string | undefined
  /**
   * @param answers - one for each question, in their order
   * @param spared - whether the host is a last resort at present: what is near a limit stays on its side of it
   */
  evaluate(answers: readonly Answer[], limits: Limits, spared: boolean): ProbeResult
}

export function unusable(reason: string): ProbeResult {
  return { usable: false, reason }
}
