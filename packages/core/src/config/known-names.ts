import leven from 'leven'

const TLS =
  'not an option here; use ssl: true checks the certificate and its name, ssl: { ca, cert, key } takes PEM texts, and ssl: { rejectUnauthorized: false } checks nothing'
const ACQUIRE = 'not an option here; use acquireTimeout, in milliseconds'
const STATEMENT =
  'not an option here; in milliseconds, query({ sql, timeout }) limits a statement, acquireTimeout the wait for a connection, and connectTimeout a handshake'
const CLUSTER = 'not an option here: the pool probes its hosts and takes them out of use and back by itself; see health'

/**
 * Names that are no options of this pool, each with the remedy: options of mysql2 that would have no effect or do harm here, and
 * names from other pools and tools. The names are in lower case, without `_` and `-`.
 */
const absentNames: Readonly<Record<string, string>> = {
  uri: 'not an option here; give the URL to createPool in place of the object',
  url: 'not an option here; give the URL to createPool in place of the object',
  stream: 'not supported: the pool opens its own sockets, so that it can time and abort handshakes; leave it out',
  debug: "not supported: it prints packets, with what they hold; leave it out and listen to the pool's events",
  pool: 'internal to mysql2; leave it out',
  isserver: 'is for writing servers with mysql2; leave it out',
  promise: 'not supported: the pool answers with native promises; leave it out',
  insecureauth: 'has no effect in mysql2 either; leave it out, or see authPlugins',
  authswitchhandler: 'is deprecated in mysql2; use authPlugins',
  password1: 'not supported; use password',
  password2: 'not supported: connections are opened with one password; see authPlugins',
  password3: 'not supported: connections are opened with one password; see authPlugins',
  passwordsha1: 'not supported; use password, as a string or a function',
  charsetnumber: 'not supported; use charset with a name',
  queryformat:
    'not supported: borrowers that share the pool rely on the usual escaping; format the SQL before the call',
  pfx: 'not supported by mysql2; use cert and key',
  crl: 'has no effect in mysql2; leave it out',
  // Names from pools of other libraries, databases and languages.
  max: 'not an option here; use connectionLimit',
  maxsize: 'not an option here; use connectionLimit',
  maxpoolsize: 'not an option here; use connectionLimit',
  maximumpoolsize: 'not an option here; use connectionLimit',
  maxconnections: 'not an option here; use connectionLimit',
  maxopenconns: 'not an option here; use connectionLimit',
  maxopenconnections: 'not an option here; use connectionLimit',
  poolsize: 'not an option here; use connectionLimit',
  poolmax: 'not an option here; use connectionLimit',
  min: 'not an option here; use minIdle',
  minsize: 'not an option here; use minIdle',
  minpoolsize: 'not an option here; use minIdle',
  minimumidle: 'not an option here; use minIdle',
  minconnections: 'not an option here; use minIdle',
  poolmin: 'not an option here; use minIdle',
  maxidleconns: 'not an option here; use maxIdle',
  pooltimeout: ACQUIRE,
  acquiretimeoutmillis: ACQUIRE,
  connectiontimeout: `${ACQUIRE} (connectTimeout limits a handshake)`,
  connectiontimeoutmillis: `${ACQUIRE} (connectTimeout limits a handshake)`,
  checkouttimeout: ACQUIRE,
  waitqueuetimeoutms: ACQUIRE,
  createtimeoutmillis: 'not an option here; use connectTimeout, in milliseconds',
  connecttimeoutms: 'not an option here; use connectTimeout, in milliseconds',
  idletimeoutmillis: 'not an option here; use idleTimeout, in milliseconds',
  maxidletime: 'not an option here; use idleTimeout, in milliseconds',
  maxidletimems: 'not an option here; use idleTimeout, in milliseconds',
  connmaxidletime: 'not an option here; use idleTimeout, in milliseconds',
  maxage: 'not an option here; use maxLifetime, in milliseconds',
  connmaxlifetime: 'not an option here; use maxLifetime, in milliseconds',
  maxlifetimeseconds: 'not an option here; use maxLifetime, in milliseconds',
  maxconnectionlifetime: 'not an option here; use maxLifetime, in milliseconds',
  sockettimeout: STATEMENT,
  querytimeout: STATEMENT,
  statementtimeout: STATEMENT,
  timeout: STATEMENT,
  maxqueryexecutiontime: STATEMENT,
  leaktimeout: 'not an option here; use leakDetectionThreshold',
  mindelayvalidation: 'not an option here; use validateAfterIdle',
  keepalivetime: 'not an option here; use enableKeepAlive and keepAliveInitialDelay',
  keepalive: 'not an option here; use enableKeepAlive',
  connectioninitsql: 'not an option here; use sessionVariables, or onConnect',
  initsql: 'not an option here; use sessionVariables, or onConnect',
  aftercreate: 'not an option here; use onConnect',
  preparecachelength: 'not an option here; use maxPreparedStatements',
  statementcachesize: 'not an option here; use maxPreparedStatements',
  autoreconnect: 'not an option here: a lost connection is always replaced; leave it out',
  pgbouncer: "is PostgreSQL's; leave it out",
  canretry: CLUSTER,
  removenodeerrorcount: CLUSTER,
  restorenodetimeout: CLUSTER,
  defaultselector: 'not an option here; use selector',
  servers: 'not an option here; use host, which takes a list',
  hostname: 'not an option here; use host',
  server: 'not an option here; use host',
  username: 'not an option here; use user',
  pass: 'not an option here; use password',
  passwd: 'not an option here; use password',
  pwd: 'not an option here; use password',
  db: 'not an option here; use database',
  dbname: 'not an option here; use database',
  schema: 'not an option here; use database',
  socket: 'not an option here; use socketPath',
  unixsocket: 'not an option here; use socketPath',
  tls: TLS,
  usessl: TLS,
  requiressl: TLS,
  sslmode: TLS,
  sslaccept: TLS,
  sslca: TLS,
  sslcert: TLS,
  sslkey: TLS,
  sslidentity: TLS,
  sslpassword: TLS,
}

/** The message for an unknown option: the reason and the remedy, or the nearest known option. */
export function unknownName(name: string, known: readonly string[]): string {
  const written = plain(name)
  const same = known.find((option) => plain(option) === written)
  if (same !== undefined) return `unknown option; did you mean ${same}?`
  const reason = Object.hasOwn(absentNames, written) ? absentNames[written] : undefined
  if (reason !== undefined) return reason
  const nearest = nearestName(name, known)
  return nearest === undefined ? 'unknown option' : `unknown option; did you mean ${nearest}?`
}

/** A name in lower case without `_` and `-`: the same for `pool_timeout`, `pool-timeout` and `poolTimeout`. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[_-]/g, '')
}

/** The known name from which a name differs by a typing error; undefined if there is none. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const written = name.toLowerCase()
  let nearest: string | undefined
  let least = Math.max(1, Math.floor(name.length / 3)) + 1
  for (const candidate of known) {
    const steps = leven(written, candidate.toLowerCase())
    if (steps < least) {
      least = steps
      nearest = candidate
    }
  }
  return nearest
}
