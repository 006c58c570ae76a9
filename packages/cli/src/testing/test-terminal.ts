import type { Terminal } from '../terminal.js'

/** What a command has written, and what it is told. */
export class TestTerminal implements Terminal {
  output = ''
  complaints = ''
  interactive = false
  readonly colours = false
  readonly environment: Record<string, string | undefined> = {}
  readonly files = new Map<string, string>()
  readonly #stop = new AbortController()

  readonly write = (text: string): void => {
    this.output += text
  }

  readonly complain = (text: string): void => {
    this.complaints += text
  }

  readonly size = (): { readonly columns: number; readonly rows: number } => ({ columns: 100, rows: 24 })

  readonly readFile = (path: string): string => {
    const text = this.files.get(path)
    if (text === undefined) throw new Error(`ENOENT: no such file, open '${path}'`)
    return text
  }

  get signal(): AbortSignal {
    return this.#stop.signal
  }

  /** As Ctrl-C. */
  stop(): void {
    this.#stop.abort()
  }
}
