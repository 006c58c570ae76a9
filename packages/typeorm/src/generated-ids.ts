import type { Pool } from '@mysql-hostpool/core'

/** TypeORM's own insert of several rows with a generated column, which is DEFAULT in every row. */
const ROWS_WITH_DEFAULT = /^INSERT (?:IGNORE )?INTO `[^(]*\([^)]*\) VALUES \([^)]*\bDEFAULT\b/
const STEP = 'SELECT @@auto_increment_increment AS step'

/**
 * Watches for generated ids that TypeORM gets wrong. Without `INSERT … RETURNING`, TypeORM takes the ids of an insert of
 * several rows for consecutive, and the server leaves gaps where `auto_increment_increment` is not 1. Warns once.
 */
export class GeneratedIdWatch {
  readonly #pool: () => Pick<Pool, 'query'>
  readonly #warn: (message: string) => void
  /** True after the warning, and while the check runs. */
  #busy = false

  constructor(pool: () => Pick<Pool, 'query'>, warn: (message: string) => void = emitWarning) {
    this.#pool = pool
    this.#warn = warn
  }

  /** Sees the answer to a statement. */
  readonly see = (sql: string, result: unknown): void => {
    if (this.#busy || !isGuessed(result) || !ROWS_WITH_DEFAULT.test(sql)) return
    this.#busy = true
    this.#check().catch(() => {
      // A failed check is repeated at the next such insert.
      this.#busy = false
    })
  }

  async #check(): Promise<void> {
    const [[row]] = await this.#pool().query<{ step: unknown }[]>(STEP)
    const step = Number(row?.step)
    // With a step of 1 all ids are right; a check at every insert would cost too much.
    if (step > 1) this.#warn(warningFor(step))
  }
}

/** Whether an answer may be that of an insert of several rows: TypeORM knows the first id, and computes the others. */
function isGuessed(result: unknown): boolean {
  if (typeof result !== 'object' || result === null || !('insertId' in result) || !('affectedRows' in result))
    return false
  return Number(result.insertId) > 0 && Number(result.affectedRows) > 1
}

function warningFor(step: number): string {
  return (
    `TypeORM has inserted several rows with generated ids, and the ids it put into the entities are wrong from the second ` +
    `row on: TypeORM counts by 1, the server by ${step} (auto_increment_increment). On MariaDB use type: 'mariadb' in the ` +
    `DataSource; elsewhere use save([…]) or read the rows back.`
  )
}

function emitWarning(message: string): void {
  process.emitWarning(message, { type: 'HostpoolWarning', code: 'HOSTPOOL_GENERATED_IDS' })
}
