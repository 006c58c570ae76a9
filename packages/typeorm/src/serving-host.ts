import type { QueryRunner } from 'typeorm'

/**
 * `name:port` of the host that served a query runner's last query; undefined before its first, and for a query runner of
 * another driver.
 */
export function servingHost(queryRunner: QueryRunner | undefined): string | undefined {
  const connection = memberOf(queryRunner, 'databaseConnection')
  const host = memberOf(memberOf(connection, 'lease'), 'host')
  return typeof host === 'string' && host !== '' ? host : undefined
}

/** Reads a member that TypeORM's types leave out. */
function memberOf(owner: unknown, name: string): unknown {
  return typeof owner === 'object' && owner !== null ? (Reflect.get(owner, name) as unknown) : undefined
}
