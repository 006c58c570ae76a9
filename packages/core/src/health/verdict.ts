/** What a probe found out about a host. */
export type Verdict =
  | { readonly usable: true; readonly writable: boolean; readonly lastResort: boolean; readonly reason: string }
  | { readonly usable: false; readonly reason: string }

/** The rows of a probe: names and values, as text. */
export type ProbeFacts = ReadonlyMap<string, string>

/** How one kind of server is asked, in one round trip, and what its answer means. */
export interface ProbeKind {
  readonly name: 'galera' | 'plain'
  readonly sql: string
  /** Whether a session there is as good as new after COM_RESET_CONNECTION. */
  readonly resetIsSafe: boolean
  judge(facts: ProbeFacts): Verdict
}
