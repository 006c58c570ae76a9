import type { ServerAccess } from '@mysql-hostpool/test/cluster'
import { AwsPoolConfig } from 'aws-advanced-nodejs-wrapper'
import { AwsMySQLPoolClient } from 'aws-advanced-nodejs-wrapper/mysql'
import type { RowDataPacket } from 'mysql2'
import { firstOf } from '../servers/host-access.js'
import type { QuerySubject } from './subject.js'

/** Its pools have one host each; over several it needs a cluster of Amazon's. */
export function awsWrapper(
  access: ServerAccess,
  connections: number,
  tuning: { readonly plugins?: string },
): QuerySubject {
  const pool = new AwsMySQLPoolClient(
    { ...firstOf(access), ...tuning },
    new AwsPoolConfig({ maxConnections: connections, waitForConnections: true }),
  )
  return {
    configuration: `AwsMySQLPoolClient, ${JSON.stringify({ maxConnections: connections, ...tuning })}`,
    async select(sql, values) {
      const [rows] = await pool.query<RowDataPacket[]>({ sql, values: [...values] })
      return rows[0]
    },
    async transaction(statements) {
      const connection = await pool.getConnection()
      try {
        for (const [sql, values] of statements) await connection.query({ sql, values: [...values] })
      } finally {
        await pool.releaseConnection(connection)
      }
    },
    end: () => pool.end(),
  }
}
