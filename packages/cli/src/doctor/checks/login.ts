import type { Check } from '../check.js'
import type { Facts, HostFailure } from '../facts.js'
import type { Finding } from '../finding.js'
import { groupBy, namesOf, reachedHosts } from '../reached.js'
import { quotedAccount, quotedName } from '../values.js'

/** Whether each host takes the pool's account, password and database. */
export const login: Check = {
  name: 'login',
  weight: 95,
  run: (facts) => {
    const refused = facts.hosts.filter(
      ({ origin, failure }) => origin === 'configured' && (failure?.stage === 'login' || failure?.stage === 'session'),
    )
    const others = reachedHosts(facts)
    const groups = groupBy(refused, ({ failure }) => String(failure?.errno ?? failure?.message))
    return [...groups.values()].flatMap((hosts) => {
      const failure = hosts[0]?.failure
      return failure === undefined ? [] : [found(facts, namesOf(hosts), failure, others.length > 0)]
    })
  },
}

function found({ pool }: Facts, hosts: readonly string[], failure: HostFailure, elsewhere: boolean): Finding {
  if (failure.stage === 'session') return refusedSession(hosts, failure)
  const account = quotedAccount(`${pool.user ?? ''}@%`)
  const database = quotedName(pool.database ?? '')
  const mayNeedTls = failure.errno === ACCESS_DENIED && pool.encryption === 'off'
  return {
    level: 'error',
    hosts,
    problem: `The login is refused: ${failure.message}`,
    reason: elsewhere
      ? 'Other hosts take the same login. This one counts as refusing, and callers that it alone could serve fail.'
      : 'The pool does not call a host down for that, and hands the error to every caller.',
    remedy: `${REMEDIES.get(failure.errno)?.(account, database) ?? 'Mend user and password of the URL.'}${mayNeedTls ? TLS_HINT : ''}`,
  }
}

function refusedSession(hosts: readonly string[], { message }: HostFailure): Finding {
  return {
    level: 'error',
    hosts,
    problem: `The server refuses to set a session up as the pool does: ${message}`,
    reason: 'No connection of the pool is ever ready there.',
    remedy: 'Mend sessionVariables (or onConnect): this server does not know, or does not allow, what is set there.',
  }
}

const ACCESS_DENIED = 1045

/** MariaDB, and accounts with REQUIRE SSL on any server, refuse a connection without TLS in the words of a wrong password. */
const TLS_HINT = '; or ?ssl=true, where the account or the server takes encrypted connections only'

type Remedy = (account: string, database: string) => string

const expired: Remedy = (account) => `ALTER USER ${account} IDENTIFIED BY '…';`
const locked: Remedy = (account) => `ALTER USER ${account} ACCOUNT UNLOCK;`

const REMEDIES: ReadonlyMap<number | undefined, Remedy> = new Map<number, Remedy>([
  [1044, (account, database) => `GRANT SELECT, INSERT, UPDATE, DELETE ON ${database}.* TO ${account};`],
  [ACCESS_DENIED, (account) => `ALTER USER ${account} IDENTIFIED BY '…';   -- or mend the password in the URL`],
  [
    1698,
    (account) => `ALTER USER ${account} IDENTIFIED BY '…';   -- the account logs in by a plugin, without a password`,
  ],
  [1049, (_, database) => `CREATE DATABASE ${database};   -- or mend the name in the URL`],
  [1130, (account) => `CREATE USER ${account} IDENTIFIED BY '…';   -- no account may come from this machine`],
  [1251, (account) => `ALTER USER ${account} IDENTIFIED WITH caching_sha2_password BY '…';`],
  [1524, (account) => `ALTER USER ${account} IDENTIFIED BY '…';   -- its authentication plugin is not loaded`],
  [1820, expired],
  [1862, expired],
  [3118, locked],
  [3955, locked],
  [4151, locked],
])
