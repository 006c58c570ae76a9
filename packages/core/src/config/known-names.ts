import leven from 'leven'

/**
 * Names that people try and that this pool does not take: options of mysql2 that would have no effect or do harm here, and
 * what other pools call things. Each says what to do instead.
 */
const absentNames: Readonly<Record<string, string>> = {
  uri: 'not an option here; give the URL to createPool in place of the object',
  url: 'not an option here; give the URL to createPool in place of the object',
  stream: 'not supported: the pool opens its own sockets, so that it can time and abort handshakes; leave it out',
  debug: "not supported: it prints packets, with what they hold; leave it out and listen to the pool's events",
  trace: "has no effect: it belongs to mysql2's own promises, which this pool does not use; leave it out",
  pool: 'internal to mysql2; leave it out',
  isServer: 'is for writing servers with mysql2; leave it out',
  Promise: 'not supported: the pool answers with native promises; leave it out',
  insecureAuth: 'has no effect in mysql2 either; leave it out, or see authPlugins',
  authSwitchHandler: 'is deprecated in mysql2; use authPlugins',
  password1: 'not supported; use password',
  password2: 'not supported: connections are opened with one password; see authPlugins',
  password3: 'not supported: connections are opened with one password; see authPlugins',
  passwordSha1: 'not supported; use password, as a string or a function',
  charsetNumber: 'not supported; use charset with a name',
  queryFormat:
    'not supported: borrowers that share the pool rely on the usual escaping; format the SQL before the call',
  pfx: 'not supported by mysql2; use cert and key',
  crl: 'has no effect in mysql2; leave it out',
  max: 'not an option here; use connectionLimit',
  min: 'not an option here; use minIdle',
  poolSize: 'not an option here; use connectionLimit',
  maxConnections: 'not an option here; use connectionLimit',
  username: 'not an option here; use user',
  db: 'not an option here; use database',
  tls: 'not an option here; use ssl',
}

/** What to say about an option that does not exist: why not, or the nearest one that does. */
export function unknownName(name: string, known: readonly string[]): string {
  const reason = Object.hasOwn(absentNames, name) ? absentNames[name] : undefined
  if (reason !== undefined && !known.includes(name)) return reason
  const nearest = nearestName(name, known)
  return nearest === undefined ? 'unknown option' : `unknown option; did you mean ${nearest}?`
}

/** The known name that is a slip of the keyboard away, if any. */
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
