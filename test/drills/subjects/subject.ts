import type { ServerAccess } from '../../cluster/index.js'
import type { HostChange } from '../record.js'

export const PEERS = ['mysql2', 'mysql2-tuned', 'mariadb', 'mariadb-tuned'] as const
export const SUBJECTS = ['hostpool', ...PEERS] as const
export type SubjectName = (typeof SUBJECTS)[number]

export interface Borrowed {
  query(sql: string): Promise<unknown>
  release(): void
}

/** A pool over several hosts that is put under load. */
export interface Subject {
  /** How it was configured, without secrets. */
  readonly configuration: string
  /** Resolves to the first row. */
  read(sql: string, values: readonly (string | number)[]): Promise<unknown>
  write(sql: string, values: readonly (string | number)[]): Promise<void>
  borrow(): Promise<Borrowed>
  /** What it thought of its hosts; absent when it does not tell. */
  readonly changes: readonly HostChange[] | undefined
  readonly loans: Readonly<Record<string, readonly number[]>> | undefined
  /** Connections that are not back, and callers that still wait. */
  leaks(): readonly string[]
  end(): Promise<void>
}

export interface SubjectOptions {
  readonly access: ServerAccess
  /** Over all hosts together. */
  readonly connections: number
}
