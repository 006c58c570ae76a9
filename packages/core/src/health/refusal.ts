import type { HealthConfig } from '../config/pool-config.js'
import { printable } from '../printable.js'
import type { ProbeKind } from './probe-result.js'

/** Characters of what a server said: what is to be done comes after it. */
const LONGEST_CITED = 300

type Errno = Error & { readonly errno?: unknown }

/** No privilege for the table, for a column, for the statement, for the schema. */
const MISSING_PRIVILEGE: ReadonlySet<unknown> = new Set([1142, 1143, 1227, 1044])

/** No such column, syntax, "unknown error" (how proxies say that they do not know it), no such table, variable or feature. */
const NOT_UNDERSTOOD: ReadonlySet<unknown> = new Set([1054, 1064, 1105, 1109, 1146, 1193, 1235, 1289])

/**
 * Whether the server is well but does not answer this question. One whose kind was found out, and not named in the
 * configuration, may also fail to understand it: what stands there only looks like the kind that it was taken for.
 */
export function isRefusedQuestion(error: Errno, probe: HealthConfig['probe']): boolean {
  return isMissingPrivilege(error) || (probe === 'auto' && NOT_UNDERSTOOD.has(error.errno))
}

/** What the operator is told, with the remedy. */
export function refusalWarning(kind: ProbeKind, serverVersion: string, account: string, error: Errno): string {
  const privilege = isMissingPrivilege(error) ? kind.privilege(serverVersion) : undefined
  const remedy =
    privilege === undefined
      ? `If that is all there is to know, set health.probe to 'plain'.`
      : `Run GRANT ${privilege} TO ${quoted(printable(account, LONGEST_CITED))}; or, if that is all there is to know, set health.probe to 'plain'.`
  const problem = `The ${kind.name} probe was refused (${printable(error.message, LONGEST_CITED)})`
  return `${problem}, so that of this kind of host only read_only is looked at. ${remedy}`
}

/** Whether the account may not ask this. */
export function isMissingPrivilege(error: Errno): boolean {
  return MISSING_PRIVILEGE.has(error.errno)
}

/** `app@%` as GRANT takes it; the name of a user may have an @ of its own, that of a host has none. */
function quoted(account: string): string {
  const at = account.lastIndexOf('@')
  return [account.slice(0, at), account.slice(at + 1)].map((part) => `'${part.replaceAll("'", "''")}'`).join('@')
}
