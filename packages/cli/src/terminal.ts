/** The surroundings of a command: its output, environment and signals. A test has one of its own. */
export interface Terminal {
  readonly write: (text: string) => void
  /** Writes a message that is no part of the result. */
  readonly complain: (text: string) => void
  /** Whether the output is a screen on which the cursor can go back, and earlier lines be replaced. */
  readonly interactive: boolean
  readonly colours: boolean
  /** The present size of the terminal, in characters. */
  readonly size: () => { readonly columns: number; readonly rows: number }
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly readFile: (path: string) => string
  /** Aborted by Ctrl-C, and by each other signal that asks the command to end. */
  readonly signal: AbortSignal
}
