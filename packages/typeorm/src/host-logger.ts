import type { Logger, QueryRunner } from 'typeorm'

import { servingHost } from './serving-host.js'

type Parameters = unknown[] | undefined

/**
 * A logger for `DataSourceOptions.logger` that names the host of each slow or failed query, as a comment before its text: the
 * host and port in comment signs. All other calls go to the given logger unchanged.
 */
export function hostLogger(logger: Logger): Logger {
  return new HostLogger(logger)
}

class HostLogger implements Logger {
  readonly #logger: Logger

  constructor(logger: Logger) {
    this.#logger = logger
  }

  logQuery(query: string, parameters?: Parameters, queryRunner?: QueryRunner): void {
    this.#logger.logQuery(query, parameters, queryRunner)
  }

  logQueryError(error: string | Error, query: string, parameters?: Parameters, queryRunner?: QueryRunner): void {
    const text = withComment(query, hostOf(error) ?? servingHost(queryRunner))
    this.#logger.logQueryError(error, text, parameters, queryRunner)
  }

  logQuerySlow(time: number, query: string, parameters?: Parameters, queryRunner?: QueryRunner): void {
    this.#logger.logQuerySlow(time, withComment(query, servingHost(queryRunner)), parameters, queryRunner)
  }

  logSchemaBuild(message: string, queryRunner?: QueryRunner): void {
    this.#logger.logSchemaBuild(message, queryRunner)
  }

  logMigration(message: string, queryRunner?: QueryRunner): void {
    this.#logger.logMigration(message, queryRunner)
  }

  log(level: 'log' | 'info' | 'warn', message: unknown, queryRunner?: QueryRunner): void {
    this.#logger.log(level, message, queryRunner)
  }
}

function hostOf(error: string | Error): string | undefined {
  return typeof error === 'object' && 'host' in error && typeof error.host === 'string' ? error.host : undefined
}

function withComment(query: string, host: string | undefined): string {
  return host === undefined ? query : `/* ${host} */ ${query}`
}
