export interface RuntimeRow {
  readonly name: string
  readonly runtime: 'node' | 'bun' | 'deno'
  /** A version, or what npm takes for the newest of several. */
  readonly version: string
}

/** Of each line of Node that is allowed the oldest and the newest; `latest` is the first to be a line that has no row yet. */
export const RUNTIMES: readonly RuntimeRow[] = [
  { name: 'Node 20.19', runtime: 'node', version: '20.19.0' },
  { name: 'Node 20', runtime: 'node', version: '20' },
  { name: 'Node 22.13', runtime: 'node', version: '22.13.0' },
  { name: 'Node 22', runtime: 'node', version: '22' },
  { name: 'Node 24.11', runtime: 'node', version: '24.11.0' },
  { name: 'Node 24', runtime: 'node', version: '24' },
  { name: 'Node 25', runtime: 'node', version: '25' },
  { name: 'Node 26', runtime: 'node', version: '26' },
  { name: 'Node latest', runtime: 'node', version: 'latest' },
  { name: 'Bun', runtime: 'bun', version: 'latest' },
  { name: 'Deno', runtime: 'deno', version: 'latest' },
]
