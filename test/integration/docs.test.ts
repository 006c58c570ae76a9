import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { createPool } from '@mysql-hostpool/core'
import { beforeAll, expect, test, vi } from 'vitest'

import { codeBlocks, moduleOf, programs } from '../docs/code-blocks.js'
import type { Program } from '../docs/code-blocks.js'
import { writePrograms } from '../docs/compile.js'
import { pages, root } from '../docs/pages.js'
import { freshDatabase } from './setup/fresh-database.js'
import type { TestDatabase } from './setup/fresh-database.js'

const TABLES = [
  'CREATE TABLE product (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(50) NOT NULL, price INT NOT NULL)',
  'CREATE TABLE stock (product INT PRIMARY KEY, n INT NOT NULL)',
  'CREATE TABLE sale (id INT PRIMARY KEY AUTO_INCREMENT, product INT NOT NULL)',
  'INSERT INTO stock VALUES (7, 100)',
  // Those of docs/code/schema.prisma.
  'CREATE TABLE `Order` (id INT PRIMARY KEY AUTO_INCREMENT, open BOOLEAN NOT NULL DEFAULT TRUE, placedAt DATETIME(3) NOT NULL DEFAULT NOW(3))',
  'CREATE TABLE OrderLine (id INT PRIMARY KEY AUTO_INCREMENT, product VARCHAR(100) NOT NULL, orderId INT NOT NULL)',
]

// Beside what they are compiled against, and apart from the compiler's own copies.
const folder = join(root, 'docs', 'code', 'running')
const runnable = pages()
  .flatMap((page) => programs(codeBlocks(page)))
  .filter(({ block }) => block.tags.includes('run'))

let database: TestDatabase

beforeAll(async () => {
  database = await freshDatabase('docs')
  await using pool = createPool(database)
  for (const sql of TABLES) await pool.query(sql)
  // The programs do not wait for what other nodes have yet to apply, so all nodes apply it now.
  for (const host of database.host.split(',')) {
    await using one = createPool({ ...database, host })
    await one.query('SELECT * FROM stock')
  }
  process.env['DB_PASSWORD'] = database.password
  writePrograms(runnable.map(pointed), folder)
})

/** A program as a reader has it, with the reader's own servers. */
function pointed(program: Program): Program {
  const { host, user, database: name, sessionVariables } = database
  const variables = Object.entries(sessionVariables).map(([key, value]) => `${key}: ${value}`)
  const source = program.source
    .replaceAll("'db1,db2,db3'", JSON.stringify(host))
    .replaceAll("time_zone: '+00:00'", ["time_zone: '+00:00'", ...variables].join(', '))
    .replaceAll("user: 'app'", `user: ${JSON.stringify(user)}`)
    .replaceAll(/(database|dbName): 'shop'/g, `$1: ${JSON.stringify(name)}`)
  return { ...program, source }
}

test('there are programs to run', () => {
  expect(runnable.length).toBeGreaterThan(5)
})

test.each(runnable.map(({ block }) => [`${block.path}:${block.line}`, moduleOf(block)]))(
  'the program at %s does its work on real servers',
  async (_place, name) => {
    const log = vi.spyOn(console, 'log').mockReturnValue()
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    try {
      await import(pathToFileURL(join(folder, `${name}.ts`)).href)
      expect(log).toHaveBeenCalled()
    } finally {
      log.mockRestore()
      warn.mockRestore()
    }
  },
)
