/** Attributes of the semantic conventions. */
export const Attribute = {
  connectionState: 'db.client.connection.state',
  errorType: 'error.type',
  namespace: 'db.namespace',
  operationName: 'db.operation.name',
  poolName: 'db.client.connection.pool.name',
  queryText: 'db.query.text',
  serverAddress: 'server.address',
  serverPort: 'server.port',
  statusCode: 'db.response.status_code',
  systemName: 'db.system.name',
} as const

/** Attributes that only this pool has. */
export const OwnAttribute = {
  attempts: 'mysql_hostpool.attempts',
  closeReason: 'mysql_hostpool.close.reason',
  hostState: 'mysql_hostpool.host.state',
  outcome: 'mysql_hostpool.outcome',
  retryCause: 'mysql_hostpool.retry.cause',
  waitTime: 'mysql_hostpool.wait_time',
} as const

/** The scope of all instruments and spans. */
export const SCOPE = { name: '@mysql-hostpool/opentelemetry', version: '0.1.0' } as const
