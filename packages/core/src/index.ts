export type {
  AuthPlugin,
  DiscoveredMember,
  DiscoveryOptions,
  HealthOptions,
  HostOptions,
  PasswordOption,
  PoolOptions,
  SslOptions,
} from './config/options.js'
export { checkDecoding } from './config/call-options.js'
export { decodingNames } from './config/decoding-names.js'
export { unknownName } from './config/known-names.js'
export { optionsFromUrl } from './config/options-from-url.js'
export { checkRetryOptions } from './config/retry-options.js'
export { isSecretOption, maskCredentials } from './config/redact.js'
export type { RetryOptions, TransactionRetry } from './config/retry-options.js'
export type { PublicConfig } from './config/public-config.js'
export type { AcquireMessage } from './channels/acquire-span.js'
export type { ChannelMessages } from './channels/channels.js'
export type { ConnectMessage } from './channels/connect-span.js'
export type { HostChangeMessage, HostMessage, ProbeMessage } from './channels/host-message.js'
export type { RetryCause } from './channels/retry-cause.js'
export type { SentStatement, StatementMessage } from './channels/statement-span.js'
export type { ChannelMessage } from './channels/span.js'
export { createPool } from './create-pool.js'
export { describeServer } from './discovery/describe-server.js'
export type { AskServer, ReplicationSource, ServerDescription } from './discovery/describe-server.js'
export type { Answer as ServerAnswer } from './driver/question.js'
export { escapeSql, formatSql } from './driver/mysql2/sql-text.js'
export type { SqlTextOptions } from './driver/mysql2/sql-text.js'
export { TypedParameter } from './driver/mysql2/typed-parameter.js'
export { ErrorClass, errorClassOf, isTlsError, isUnreachable, refusesWrites } from './errors/error-class.js'
export { endsTransaction } from './errors/ends-transaction.js'
export { HostpoolError, isHostpoolError } from './errors/hostpool-error.js'
export type { HostpoolErrorCode, HostpoolErrorDetails } from './errors/hostpool-error.js'
export { heedRejection, reportFault } from './user-fault.js'
export { HostState } from './selectors/host-state.js'
export type { SelectorName, SelectorOption } from './selectors/registry.js'
export type { HostSnapshot, SelectionSnapshot, Selector } from './selectors/selector.js'
export type { Access, Serves } from './sql/access.js'
export type { HostOrigin } from './hosts/host.js'
export type {
  CloseReason,
  EventDetails as PoolEventDetails,
  PoolEventName,
  PoolEvents,
  PoolListener,
} from './pool/events.js'
export { observing } from './pool/observer.js'
export type { CheckOptions, HostCheck, PoolCheck } from './pool/pool-check.js'
export type { EngineCounters, EngineStatus, HostStatus, PoolStatus } from './pool/status.js'
export type { StatementCounters } from './pool/statement-counts.js'
export type { Pool, PoolHosts } from './pool.js'
export { poolOrOptions, refuseMore } from './pool-or-options.js'
export type { PoolOrOptions } from './pool-or-options.js'
export { isAtomicWrite } from './sql/atomic-write.js'
export { isCertainlyRead } from './sql/statement-kind.js'
export { statementVerb } from './sql/statement-verb.js'
export { transactionControl } from './sql/transaction-control.js'
export type { TransactionControl } from './sql/transaction-control.js'
export type { Decoding, TypeCast, TypeCastField } from './sql/decoding.js'
export type { IsolationLevel, Lease, LeaseOptions, PoolTransactionOptions, TransactionOptions } from './lease/lease.js'
export { RowReadable } from './lease/row-readable.js'
export { logEvents } from './logging/log-events.js'
export type { LogEventsOptions } from './logging/log-events.js'
export type { EventLogger, LogFormat, LogMethod } from './logging/log-format.js'
export type { LogLevel, LogLevels } from './logging/log-levels.js'
export { isRetryable } from './errors/is-retryable.js'
export { withRetry } from './lease/with-retry.js'
/** @deprecated The name is `isRetryable`. */
export { isRetryable as wasUndone } from './errors/is-retryable.js'
/** @deprecated The name is `withRetry`. */
export { withRetry as runAgain } from './lease/with-retry.js'
export type { WithRetryOptions } from './lease/with-retry.js'
export type { Transaction } from './lease/transaction.js'
export type {
  Field,
  QueryResult,
  ResultSetHeader,
  Row,
  StatementOptions,
  StatementResult,
  StatementValues,
} from './sql/statement.js'
export type { Queryable } from './sql/queryable.js'
export type { SetupSession } from './sql/setup-session.js'
export type { UserChange } from './sql/user-change.js'
export { statementOptionNames } from './sql/option-names.js'
