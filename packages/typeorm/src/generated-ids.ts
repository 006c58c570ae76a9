import type { Pool } from '@mysql-hostpool/core'

/** TypeORM's own insert of several rows, with a generated column: every row has DEFAULT in its place. */
const ROWS_WITH_DEFAULT = /^INSERT (?:IGNORE )?INTO `[^(]*\([^)]*\) VALUES \([^)]*\bDEFAULT\b/
const STEP = 'SELECT @@auto_increment_increment AS step'

/**
 * Looks out for generated ids that TypeORM gets wrong: without `INSERT … RETURNING` it takes the ids of an insert of several
 * rows for consecutive, and the server leaves gaps where `auto_increment_increment` is not 1. Warns once.
 */
export class GeneratedIdWatch {
  readonly #pool: () => Pick<Pool, 'query'>
  readonly #warn: (message: string) => void
  /** Warned already, or asking whether to. */
  #busy = false

  constructor(pool: () => Pick<Pool, 'query'>, warn: (message: string) => void = emitWarning) {
    this.#pool = pool
    this.#warn = warn
  }

  /** What a statement was answered. */
  readonly see = (sql: string, result: unknown): void => {
    if (this.#busy || !isGuessed(result) || !ROWS_WITH_DEFAULT.test(sql)) return
    this.#busy = true
    this.#check().catch(() => {
      // A check that failed is made at the next such insert.
      this.#busy = false
    })
  }

  async #check(): Promise<void> {
    const [[row]] = await this.#pool().query<{ step: unknown }[]>(STEP)
    const step = Number(row?.step)
    // With a step of 1 there is nothing to look out for, and asking at every insert would cost too much.
    if (step > 1) this.#warn(warningFor(step))
  }
}

/** The answer to an insert of several rows: TypeORM knows the first id, and works out the others. */
function isGuessed(result: unknown): boolean {
  if (typeof result !== 'object' || result === null || !('insertId' in result) || !('affectedRows' in result))
    return false
  return Number(result.insertId) > 0 && Number(result.affectedRows) > 1
}

function warningFor(step: number): string {
  return (
    `TypeORM has inserted several rows with generated ids, and the ids it put into the entities are wrong from the second ` +
    `row on: it counts by 1, the server by ${step} (auto_increment_increment). On MariaDB use type: 'mariadb' in the ` +
    `DataSource; elsewhere use save([…]) or read the rows back.`
  )
}

function emitWarning(message: string): void {
  process.emitWarning(message, { type: 'HostpoolWarning', code: 'HOSTPOOL_GENERATED_IDS' })
}
