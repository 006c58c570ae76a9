import { readItem, WRITE_SQL } from '../tables.js'
import type { Subject, SubjectOptions } from './subject.js'
import { WatchedPool } from './watched-pool.js'

/** The pool of this project by itself. */
export function hostpool(options: SubjectOptions): Subject {
  const watched = new WatchedPool(options)
  const { pool, configuration, changes } = watched
  return {
    configuration,
    changes,
    readNote: (id) => readItem(async (sql, values) => (await pool.query(sql, values))[0], id),
    async write(item) {
      await pool.query(WRITE_SQL, [item])
    },
    transact: (item) =>
      pool.transaction(async (transaction) => void (await transaction.query(WRITE_SQL, [item])), { retry: true }),
    borrow: () => pool.getConnection(),
    leaks: () => watched.leaks(),
    end: () => watched.end(),
  }
}
