import type { Logger, QueryRunner } from 'typeorm'
import { describe, expect, test } from 'vitest'

import { hostLogger } from './host-logger.js'
import { servingHost } from './serving-host.js'

/** A logger that writes down what it is told. */
function notes() {
  const lines: unknown[][] = []
  const note =
    (name: string) =>
    (...told: readonly unknown[]) => {
      lines.push([name, ...told])
    }
  const logger: Logger = {
    logQuery: note('query'),
    logQueryError: note('error'),
    logQuerySlow: note('slow'),
    logSchemaBuild: note('schema'),
    logMigration: note('migration'),
    log: note('log'),
  }
  return { lines, logger: hostLogger(logger) }
}

const runnerWith = (databaseConnection: unknown): QueryRunner =>
  Object.assign(Object.create(null) as QueryRunner, { databaseConnection })
const runner = runnerWith({ lease: { host: 'db2:3306' } })

describe('a host logger', () => {
  test('tells where a slow query was served', () => {
    const { lines, logger } = notes()
    logger.logQuerySlow(700, 'SELECT 1', [1], runner)
    expect(lines).toEqual([['slow', 700, '/* db2:3306 */ SELECT 1', [1], runner]])
  })

  test('tells where a query failed, which the error knows best', () => {
    const { lines, logger } = notes()
    const error = Object.assign(new Error('lost'), { host: 'db3:3306' })
    logger.logQueryError(error, 'SELECT 1', undefined, runner)
    logger.logQueryError('lost', 'SELECT 2', undefined, runner)
    expect(lines).toEqual([
      ['error', error, '/* db3:3306 */ SELECT 1', undefined, runner],
      ['error', 'lost', '/* db2:3306 */ SELECT 2', undefined, runner],
    ])
  })

  test.each([
    ['without a query runner', undefined],
    ['before anything was served', runnerWith(undefined)],
    ['of another driver', runnerWith({ threadId: 7 })],
    ['that still waits for its host', runnerWith({ lease: { host: '' } })],
  ])('leaves a query %s as it is', (_what, given) => {
    const { lines, logger } = notes()
    logger.logQuerySlow(700, 'SELECT 1', undefined, given)
    expect(lines).toEqual([['slow', 700, 'SELECT 1', undefined, given]])
    expect(servingHost(given)).toBeUndefined()
  })

  test('hands on everything else', () => {
    const { lines, logger } = notes()
    logger.logQuery('SELECT 1', [1], runner)
    logger.logSchemaBuild('built', runner)
    logger.logMigration('migrated', runner)
    logger.log('warn', 'attention', runner)
    expect(lines).toEqual([
      ['query', 'SELECT 1', [1], runner],
      ['schema', 'built', runner],
      ['migration', 'migrated', runner],
      ['log', 'warn', 'attention', runner],
    ])
  })
})
