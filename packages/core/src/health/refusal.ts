import type { HealthConfig } from '../config/pool-config.js'
import { classify, ErrorClass } from '../errors/classify.js'
import type { ProbeKind } from './verdict.js'

/** No privilege for the table, for a column, for the statement, for the schema. */
const MISSING_PRIVILEGE: ReadonlySet<unknown> = new Set([1142, 1143, 1227, 1044])

/**
 * Whether the server is well but does not answer this question. One that was not named in the configuration but found out may
 * be refused for any reason: what stands there may only look like the kind of server that it was taken for.
 */
export function isRefusedQuestion(error: Error, probe: HealthConfig['probe']): boolean {
  if (isMissingPrivilege(error)) return true
  return probe === 'auto' && classify(error) === ErrorClass.statement
}

/** What the operator is told, with the remedy. */
export function refusalWarning(kind: ProbeKind, serverVersion: string, account: string, error: Error): string {
  const privilege = isMissingPrivilege(error) ? kind.privilege(serverVersion) : undefined
  const remedy =
    privilege === undefined
      ? `If that is all there is to know, set health.probe to 'plain'.`
      : `Run GRANT ${privilege} TO ${quoted(account)}; or, if that is all there is to know, set health.probe to 'plain'.`
  const problem = `The ${kind.name} probe was refused (${error.message})`
  return `${problem}, so that of this kind of host only read_only is looked at. ${remedy}`
}

function isMissingPrivilege(error: Error & { readonly errno?: unknown }): boolean {
  return MISSING_PRIVILEGE.has(error.errno)
}

/** `app@%` as GRANT takes it; the name of a user may have an @ of its own, that of a host has none. */
function quoted(account: string): string {
  const at = account.lastIndexOf('@')
  return [account.slice(0, at), account.slice(at + 1)].map((part) => `'${part.replaceAll("'", "''")}'`).join('@')
}
