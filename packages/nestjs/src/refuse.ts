import { HostpoolError, unknownName } from '@mysql-hostpool/core'

/**
 * Refuses options that a call does not have: a misspelt one would be ignored.
 * @throws ERR_HOSTPOOL_CONFIG
 */
export function refuseUnknown(call: string, given: object, known: readonly string[]): void {
  const problems = Object.keys(given)
    .filter((name) => !known.includes(name))
    .map((name) => `${name}: ${unknownName(name, known)}`)
  if (problems.length > 0) throw refusal(call, problems.join('; '))
}

export function refusal(call: string, problem: string): HostpoolError {
  return new HostpoolError('ERR_HOSTPOOL_CONFIG', `${call}: ${problem}`)
}
