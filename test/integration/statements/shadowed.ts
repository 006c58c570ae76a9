import { type Connection } from 'mysql2/promise'

import { quoted } from './names.js'

/** The modes that change what a name before a parenthesis is. */
const MODES = ['', 'IGNORE_SPACE', 'ANSI_QUOTES', 'ORACLE', 'MSSQL']

/** Wrong number of arguments, which a server says of a stored function only. */
const STORED_WITH_OTHER_ARGUMENTS = 1318

/**
 * Makes a stored function of each name, which writes, and calls each name unquoted, with each of the gaps before the parenthesis.
 * Answers the calls that reached the stored function in place of a native one or a keyword.
 */
export async function shadowed(
  connection: Connection,
  names: readonly string[],
  gaps: readonly string[],
): Promise<string[]> {
  await connection.query("SET SESSION sql_mode = ''")
  await connection.query('CREATE OR REPLACE TABLE called (id INT AUTO_INCREMENT PRIMARY KEY)').catch(async () => {
    await connection.query('DROP TABLE IF EXISTS called')
    await connection.query('CREATE TABLE called (id INT AUTO_INCREMENT PRIMARY KEY)')
  })
  for (const name of names) {
    await connection.query(`DROP FUNCTION IF EXISTS ${quoted(name)}`)
    await connection.query(
      `CREATE FUNCTION ${quoted(name)}() RETURNS INT MODIFIES SQL DATA BEGIN INSERT INTO called VALUES (NULL); RETURN 1; END`,
    )
  }
  const found: string[] = []
  for (const mode of MODES) {
    // MySQL has fewer of them.
    if (!(await succeeds(connection, `SET SESSION sql_mode = '${mode}'`))) continue
    const calls = names.flatMap((name) => gaps.flatMap((gap) => [`${name}${gap}()`, `${name}${gap}(1)`]))
    if (!(await anyStored(connection, calls))) continue
    for (const call of calls) if (await anyStored(connection, [call])) found.push(`${mode}: ${call}`)
  }
  return found
}

/** Whether any of the calls reaches a stored function. */
async function anyStored(connection: Connection, calls: readonly string[]): Promise<boolean> {
  let otherArguments = false
  await connection.query('START TRANSACTION')
  for (const call of calls) {
    try {
      await connection.query(`SELECT ${call}`)
    } catch (error) {
      if ((error as { errno?: number }).errno === STORED_WITH_OTHER_ARGUMENTS) otherArguments = true
    }
  }
  const [rows] = await connection.query({ sql: 'SELECT COUNT(*) FROM called', rowsAsArray: true })
  await connection.query('ROLLBACK')
  return otherArguments || JSON.stringify(rows) !== '[[0]]'
}

async function succeeds(connection: Connection, sql: string): Promise<boolean> {
  try {
    await connection.query(sql)
    return true
  } catch {
    return false
  }
}
