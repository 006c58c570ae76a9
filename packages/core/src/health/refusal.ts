import type { HealthConfig } from '../config/pool-config.js'
import { printable } from '../printable.js'
import type { ProbeKind } from './probe-result.js'

/** Characters of a server's text in a warning at most, so that the remedy behind the text is still read. */
const LONGEST_CITED = 300

type Errno = Error & { readonly errno?: unknown }

/** Error numbers for a missing privilege: for the table, for a column, for the statement, for the schema. */
const MISSING_PRIVILEGE: ReadonlySet<unknown> = new Set([1142, 1143, 1227, 1044])

/**
 * Error numbers for a statement that the server does not understand: unknown column, syntax error, "unknown error" (the answer of
 * some proxies), unknown table, unknown variable, missing feature.
 */
const NOT_UNDERSTOOD: ReadonlySet<unknown> = new Set([1054, 1064, 1105, 1109, 1146, 1193, 1235, 1289])

/**
 * Whether the server works but refuses the statement of the probe. If the kind was detected, and is not named in the
 * configuration, the server may also fail to understand the statement: the detection was wrong then, for example with a proxy.
 */
export function isRefusedQuestion(error: Errno, probe: HealthConfig['probe']): boolean {
  return isMissingPrivilege(error) || (probe === 'auto' && NOT_UNDERSTOOD.has(error.errno))
}

/** The warning for the operator, with the remedy. */
export function refusalWarning(kind: ProbeKind, serverVersion: string, account: string, error: Errno): string {
  const privilege = isMissingPrivilege(error) ? kind.privilege(serverVersion) : undefined
  const remedy =
    privilege === undefined
      ? `If read_only is enough, set health.probe to 'plain'.`
      : `Run GRANT ${privilege} TO ${quoted(printable(account, LONGEST_CITED))}; or, if read_only is enough, set health.probe to 'plain'.`
  const problem = `The ${kind.name} probe was refused (${printable(error.message, LONGEST_CITED)})`
  return `${problem}, so the pool checks only read_only on hosts of this kind. ${remedy}`
}

/** Whether the account lacks a privilege for the statement. */
export function isMissingPrivilege(error: Errno): boolean {
  return MISSING_PRIVILEGE.has(error.errno)
}

/** An account such as `app@%` as GRANT takes it. The last @ separates user and host, because only the user may contain one. */
function quoted(account: string): string {
  const at = account.lastIndexOf('@')
  return [account.slice(0, at), account.slice(at + 1)].map((part) => `'${part.replaceAll("'", "''")}'`).join('@')
}
