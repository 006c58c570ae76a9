import type { ServerAccess } from '../../cluster/index.js'
import type { HostChange } from '../record.js'
import type { ServerKind } from '../server-kind.js'

export const PEERS = ['mysql2', 'mysql2-tuned', 'mariadb', 'mariadb-tuned'] as const
/** The ways to this project's pool: by itself, or through a library. */
export const THROUGH = ['pool', 'typeorm', 'prisma'] as const
const OWN = ['hostpool', 'hostpool-typeorm', 'hostpool-prisma'] as const
export type SubjectName = (typeof OWN)[number] | (typeof PEERS)[number]

/** Whether it is this project's pool: other pools are compared, not judged. */
export function isOwn(name: SubjectName): boolean {
  return OWN.some((own) => own === name)
}

interface Borrowed {
  query(sql: string): Promise<unknown>
  release(): void
}

/** A pool over several hosts that is put under load. */
export interface Subject {
  /** How it was configured, without secrets. */
  readonly configuration: string
  /** Reads an item by its id. Resolves to its note; to `undefined` when there is no such row. */
  readNote(id: number): Promise<string | undefined>
  /** Writes a row about an item. */
  write(item: number): Promise<void>
  /** The same in a transaction that is run again when it was undone; absent where a library has no such thing. */
  readonly transact?: (item: number) => Promise<void>
  borrow(): Promise<Borrowed>
  /** What it thought of its hosts; absent when it does not tell. */
  readonly changes: readonly HostChange[] | undefined
  /** Connections that are not back, and callers that still wait. */
  leaks(): readonly string[]
  end(): Promise<void>
}

export interface SubjectOptions {
  readonly access: ServerAccess
  readonly servers: ServerKind
  /** Over all hosts together. */
  readonly connections: number
}
