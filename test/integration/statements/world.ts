import { type Connection, createConnection } from 'mysql2/promise'

import { FUNCTION_NAMES, quoted } from './names.js'

/** Where a server is and how it is entered. */
export interface Server {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
}

/** What a statement may have changed, as one text to compare. */
export interface Traces {
  /** Rows written, sequences, tables, the session's variables. */
  readonly all: string
  /** What the server's session tracking does not report: user variables set in expressions, and locks. */
  readonly untracked: string
  readonly inTransaction: boolean
}

const VARIABLES = ['@v0', '@v1', '@v2', '@v3', '@v4', '@v5']

/** Tables, stored functions that write, a sequence; and a second session that locks what locking reads would lock. */
export class World {
  readonly #server: Server
  readonly #mode: string
  readonly #keeper: Connection
  readonly #sequences: boolean
  #connection: Connection

  private constructor(server: Server, mode: string, keeper: Connection, connection: Connection, sequences: boolean) {
    this.#server = server
    this.#mode = mode
    this.#keeper = keeper
    this.#connection = connection
    this.#sequences = sequences
  }

  /** Makes the tables and functions; once for a database. */
  static async build(server: Server): Promise<void> {
    const connection = await open(server)
    const statements = [
      'CREATE TABLE log (id INT AUTO_INCREMENT PRIMARY KEY, written VARCHAR(100))',
      'CREATE TABLE t1 (id INT PRIMARY KEY, n INT, KEY by_n (n))',
      'CREATE TABLE t2 (id INT AUTO_INCREMENT PRIMARY KEY, n INT)',
      'CREATE TABLE t3 (id INT)',
      'INSERT INTO t1 VALUES (1, 1), (2, 5), (3, NULL)',
      'INSERT INTO t2 VALUES (1, 1), (2, 2)',
      'CREATE PROCEDURE p1() INSERT INTO log (written) VALUES ("p1")',
    ]
    for (const name of FUNCTION_NAMES) {
      statements.push(
        `CREATE FUNCTION ${quoted(name)}(x TEXT) RETURNS INT NOT DETERMINISTIC MODIFIES SQL DATA BEGIN INSERT INTO log (written) VALUES (x); RETURN 1; END`,
      )
    }
    for (const statement of statements) await connection.query(statement)
    // MySQL has no sequences.
    await connection.query('CREATE SEQUENCE s NOCACHE').catch(() => {})
    await connection.end()
  }

  static async enter(server: Server, mode: string): Promise<World> {
    const keeper = await open(server)
    await keeper.query('START TRANSACTION')
    await keeper.query('SELECT * FROM t1 FOR UPDATE')
    const connection = await open(server)
    const [sequences] = await connection.query("SHOW TABLES LIKE 's'")
    const world = new World(server, mode, keeper, connection, Array.isArray(sequences) && sequences.length > 0)
    await world.#prepare()
    return world
  }

  /** Whether the server has all of a mode. */
  static async knows(server: Server, mode: string): Promise<boolean> {
    const connection = await open(server)
    try {
      await connection.query('SET SESSION sql_mode = ?', [mode])
      return true
    } catch {
      return false
    } finally {
      await connection.end()
    }
  }

  /** A fresh session, whatever the last one was left with. */
  async reset(): Promise<void> {
    this.#connection.destroy()
    this.#connection = await open(this.#server)
    await this.#prepare()
  }

  async begin(): Promise<void> {
    await this.#connection.query('START TRANSACTION')
  }

  async rollBack(): Promise<void> {
    await this.#connection.query('ROLLBACK')
  }

  /** What the server makes of it: whether it answered rows, or its error. */
  async run(sql: string): Promise<'rows' | 'done' | Error> {
    try {
      const [answer] = await this.#connection.query(sql)
      return Array.isArray(answer) ? 'rows' : 'done'
    } catch (error) {
      // What the driver cannot go on with has no traces that could be looked at.
      if ((error as { fatal?: boolean }).fatal === true) {
        throw new Error(`the connection broke at ${JSON.stringify(sql)}`, { cause: error })
      }
      return error as Error
    }
  }

  async traces(): Promise<Traces> {
    const untracked = [...VARIABLES, "IS_USED_LOCK('l0')", "IS_USED_LOCK('l1')"]
    const all = [
      'LAST_INSERT_ID()',
      '(SELECT COUNT(*) FROM log)',
      "(SELECT CONCAT(COUNT(*), ' ', SUM(id), ' ', SUM(n)) FROM t2)",
      '(SELECT COUNT(*) FROM t3)',
      '@@autocommit',
      '@@sql_mode',
      '@@sort_buffer_size',
      'DATABASE()',
      ...(this.#sequences ? ['(SELECT next_not_cached_value FROM s)'] : []),
    ]
    const transaction = this.#sequences ? '@@in_transaction' : '1'
    const [rows] = await this.#connection.query({
      sql: `SELECT ${[transaction, ...untracked, ...all].join(', ')}`,
      rowsAsArray: true,
    })
    const [row = []] = rows as unknown[][]
    const [inTransaction] = row
    return {
      all: JSON.stringify(row.slice(1)),
      untracked: JSON.stringify(row.slice(1, 1 + untracked.length)),
      inTransaction: inTransaction === 1,
    }
  }

  async leave(): Promise<void> {
    this.#connection.destroy()
    await this.#keeper.end()
  }

  async #prepare(): Promise<void> {
    const connection = this.#connection
    // A locking read of what is locked fails at once on MariaDB.
    await connection.query('SET SESSION innodb_lock_wait_timeout = 0, max_statement_time = 2').catch(async () => {
      await connection.query('SET SESSION innodb_lock_wait_timeout = 1, max_execution_time = 2000')
    })
    await connection.query('SET SESSION lock_wait_timeout = 1, sql_mode = ?', [this.#mode])
  }
}

async function open(server: Server): Promise<Connection> {
  // MariaDB makes JSON of some variables that is none.
  const options = { multipleStatements: true, charset: 'utf8mb4', jsonStrings: true }
  const connection = await createConnection({ ...server, ...options })
  connection.on('error', () => {})
  return connection
}
