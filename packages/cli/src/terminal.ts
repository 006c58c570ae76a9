/** What a command writes to and learns from: the process, or a test in its place. */
export interface Terminal {
  readonly write: (text: string) => void
  /** For what is not the result. */
  readonly complain: (text: string) => void
  /** Whether the output is a screen that can be painted over. */
  readonly interactive: boolean
  readonly colours: boolean
  /** Its size now, in characters. */
  readonly size: () => { readonly columns: number; readonly rows: number }
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly readFile: (path: string) => string
  /** Ctrl-C, or whatever asks the command to end. */
  readonly signal: AbortSignal
}
