/** What an error of a server, a socket or the protocol says about the host, the configuration or the caller. */
export const ErrorClass = {
  /** Password, database, privileges or TLS are wrong; the host itself works. */
  configuration: 'configuration',
  /** The connection is gone, or was never made: no server answers at this address. */
  lost: 'lost',
  /** The server answers, but is not an active member of its cluster now. */
  notReady: 'notReady',
  /** The server itself does not know whether the transaction was committed: it was cut off from its cluster during the commit. */
  unknown: 'unknown',
  /** The server does not accept writes. */
  readOnly: 'readOnly',
  /** Another transaction came first, and this one is undone as a whole. The same work can succeed when it runs again. */
  conflict: 'conflict',
  /** Another transaction holds a row for too long. The statement was undone, and its transaction goes on. */
  lockTimeout: 'lockTimeout',
  /** The host has no room for more connections; it is not broken. */
  overload: 'overload',
  /** No answer came within the caller's `timeout`; the server may still be running the statement. */
  timeout: 'timeout',
  /** The statement itself is at fault: syntax, a constraint, a missing table. */
  statement: 'statement',
} as const

/** A class of errors, as {@link errorClassOf} returns it. */
export type ErrorClass = (typeof ErrorClass)[keyof typeof ErrorClass]

/** The parts of an error that its class may depend on. The message is not among them: servers translate and reword messages. */
interface ClassifiableError {
  readonly code?: unknown
  readonly errno?: unknown
  readonly fatal?: unknown
}

/** Error number of a server that takes only encrypted connections. */
const TLS_REQUIRED = 3159
/** Codes of mysql2, Node's codes for a certificate that does not verify, and OpenSSL's for a failed handshake. */
const TLS_CODE =
  /^(?:HANDSHAKE_NO_SSL_SUPPORT$|HANDSHAKE_SSL_ERROR$|ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|EPROTO)/

const BY_ERRNO: ReadonlyMap<number, ErrorClass> = new Map<number, ErrorClass>([
  [1044, ErrorClass.configuration], // no privilege on the database
  [1045, ErrorClass.configuration], // wrong password
  [1049, ErrorClass.configuration], // unknown database
  [1130, ErrorClass.configuration], // this client's address is not allowed
  [1251, ErrorClass.configuration], // authentication protocol
  [1524, ErrorClass.configuration], // the account's authentication plugin is not installed
  [1698, ErrorClass.configuration], // access denied by a plugin
  [1820, ErrorClass.configuration], // password expired
  [1862, ErrorClass.configuration], // password expired, at the login
  [3118, ErrorClass.configuration], // account locked
  [TLS_REQUIRED, ErrorClass.configuration],
  [3955, ErrorClass.configuration], // account locked after wrong passwords
  [4151, ErrorClass.configuration], // account locked (MariaDB)
  [1040, ErrorClass.overload], // too many connections
  [1203, ErrorClass.overload], // too many connections of this user
  [1226, ErrorClass.overload], // a resource limit of this user
  [1129, ErrorClass.overload], // too many connect errors from this client
  [1047, ErrorClass.notReady], // Galera: not in the primary component
  [1180, ErrorClass.unknown], // Galera: commit failed in a partition; one in three turned out to be committed
  [3098, ErrorClass.statement], // Group Replication: the table has no primary key, or is not of InnoDB
  [3100, ErrorClass.unknown], // Group Replication: commit hook failed, and the write set may have left
  [3101, ErrorClass.conflict], // Group Replication: certification
  [1213, ErrorClass.conflict], // deadlock, and Galera's certification
  [1205, ErrorClass.lockTimeout],
  [1020, ErrorClass.conflict], // record has changed (MariaDB snapshot isolation)
  [1290, ErrorClass.readOnly],
  [1792, ErrorClass.statement], // the caller's own READ ONLY transaction; outside of one see `isReadOnlySession`
  [1836, ErrorClass.readOnly], // running in read-only mode
  [1874, ErrorClass.readOnly], // InnoDB is in read-only mode
  [1053, ErrorClass.lost], // server shutdown in progress
  [1079, ErrorClass.lost], // shutdown complete
  [1152, ErrorClass.lost], // aborted connection
  [1184, ErrorClass.lost],
  [1158, ErrorClass.lost], // network read and write errors
  [1159, ErrorClass.lost],
  [1160, ErrorClass.lost],
  [1161, ErrorClass.lost],
  [1927, ErrorClass.lost], // MariaDB: connection was killed
  [2006, ErrorClass.lost], // a proxy has lost the server behind it, before …
  [2013, ErrorClass.lost], // … and while a statement ran
  [2055, ErrorClass.lost],
  [3032, ErrorClass.notReady], // MySQL: offline mode
  [4031, ErrorClass.lost], // MySQL: closed for inactivity
])

/** Codes of sockets and of the resolver for a connection that was not made. */
const UNREACHABLE: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'ENOENT', // no such socket path
  'ENOTFOUND', // a name that does not resolve now
  'EAI_AGAIN',
])

const BY_CODE: ReadonlyMap<string, ErrorClass> = new Map<string, ErrorClass>([
  ['PROTOCOL_SEQUENCE_TIMEOUT', ErrorClass.timeout],
  ['PROTOCOL_CONNECTION_LOST', ErrorClass.lost],
  ['ERR_HOSTPOOL_HOST_LOST', ErrorClass.lost],
  ['ECONNRESET', ErrorClass.lost],
  ['ECONNABORTED', ErrorClass.lost],
  ['EPIPE', ErrorClass.lost],
  ['AUTH_SWITCH_PLUGIN_ERROR', ErrorClass.configuration],
  ['MFA_UNSUPPORTED', ErrorClass.configuration],
])

/**
 * The class of an error: by `errno` first, then `code`, then `fatal`, never by the message. An otherwise unknown error that is
 * fatal means that the connection is gone: for a command on a dead connection mysql2 makes an error without code and errno. All
 * other errors, and values that are no error, have the class `statement`. The pool's own errors (`isHostpoolError`) are told
 * apart by their codes: only `ERR_HOSTPOOL_HOST_LOST` has a class of its own here, `lost`.
 */
export function errorClassOf(failure: unknown): ErrorClass {
  if (typeof failure !== 'object' || failure === null) return ErrorClass.statement
  const error: ClassifiableError = failure
  const byErrno = typeof error.errno === 'number' ? BY_ERRNO.get(error.errno) : undefined
  if (byErrno !== undefined) return byErrno
  const byCode = typeof error.code === 'string' ? classOfCode(error.code) : undefined
  if (byCode !== undefined) return byCode
  return error.fatal === true ? ErrorClass.lost : ErrorClass.statement
}

function classOfCode(code: string): ErrorClass | undefined {
  if (UNREACHABLE.has(code)) return ErrorClass.lost
  return BY_CODE.get(code) ?? (TLS_CODE.test(code) ? ErrorClass.configuration : undefined)
}

/**
 * Whether an error's code says that no connection was made: no route, no listener, no such name. The class of such an error is
 * `lost`.
 */
export function isUnreachable(error: object): boolean {
  return UNREACHABLE.has((error as ClassifiableError).code)
}

/**
 * Whether an error is about encryption: a certificate that does not verify, a failed TLS handshake, a side that has no TLS or
 * insists on TLS. The class of such an error is `configuration`.
 */
export function isTlsError(error: object): boolean {
  const { code, errno } = error as ClassifiableError
  return errno === TLS_REQUIRED || (typeof code === 'string' && TLS_CODE.test(code))
}

/**
 * Whether an error is the server's answer. Errors of the server have a positive number; those of the network have none, or a
 * negative one.
 */
export function isAnswer(error: object): boolean {
  const { errno } = error as ClassifiableError
  return typeof errno === 'number' && errno > 0
}

/** Whether a function of the application made a connect fail; such a failure says nothing about the host. */
export function isApplicationFault(error: object): boolean {
  return (error as ClassifiableError).code === 'ERR_HOSTPOOL_CONFIG'
}

/** The class of a failed connect: no server at the address, a wrong configuration, or no room. */
export function classifyConnectFailure(error: object): ErrorClass {
  const found = errorClassOf(error)
  // A handshake has no statement that could be wrong: an unknown error is the host's.
  return found === ErrorClass.statement || found === ErrorClass.timeout ? ErrorClass.lost : found
}

/** Numbers of errors that are known to leave the transaction around the failed statement as it was. */
const KEEPS_TRANSACTION: ReadonlySet<unknown> = new Set([
  1048, 1052, 1054, 1062, 1064, 1065, 1109, 1136, 1146, 1149, 1169, 1216, 1217, 1242, 1264, 1265, 1292, 1305, 1364,
  1365, 1366, 1406, 1451, 1452, 1586, 1644, 1690, 3819, 4025,
])

/** Whether a transaction certainly goes on after this error of the server. */
export function keepsTransaction(error: object): boolean {
  return KEEPS_TRANSACTION.has((error as ClassifiableError).errno)
}

/**
 * Whether the server says that it refuses all writes: every error of the class `readOnly`, except 1290 for another setting.
 * Several settings cause error 1290; its message names the setting, in the same way in every language.
 */
export function refusesWrites(error: { readonly errno?: unknown; readonly message: string }): boolean {
  const { errno, message } = error
  return errno === 1836 || errno === 1874 || (errno === 1290 && /read[-_]only/i.test(message))
}

/**
 * Whether a write was refused because its transaction is read-only. Outside a read-only transaction of the caller's own, the
 * server is the reason.
 */
export function isReadOnlySession(error: object): boolean {
  return (error as ClassifiableError).errno === 1792
}

/** Numbers of errors for a text that the server could not parse, or does not accept at this point: no work was begun. */
const REFUSED_AT_ONCE: ReadonlySet<unknown> = new Set([1064, 1065, 1149, 1235, 1295, 1399, 1400, 1568])

/** Whether the server's error proves that the statement did nothing, COMMIT included. */
export function isRefusedAtOnce(error: object): boolean {
  return REFUSED_AT_ONCE.has((error as ClassifiableError).errno)
}
