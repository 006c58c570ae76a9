import type { Host } from '../hosts/host.js'
import type { HostState } from '../selectors/host-state.js'

/** How `pool.check()` waits. */
export interface CheckOptions {
  /**
   * Milliseconds to wait for the answers of all hosts; at least 1. Each probe also ends after `health.timeout`, which does not
   * count the time of the password function. Default: `connectTimeout`.
   */
  readonly timeout?: number | undefined
}

/** The result of one host. */
export interface HostCheck {
  /** `name:port`. */
  readonly name: string
  /** The state after the answer; without an answer the state known before. */
  readonly state: HostState
  /** The reason for this state, in words; empty for a host that is up. */
  readonly reason: string
  /** Whether the host answered, and accepts writes. */
  readonly writable: boolean
  /** Whether the host accepted the login and answered within the time. */
  readonly answered: boolean
  /** The failure: a refused connect, a refused login, no answer to the probe, or a failed password function. */
  readonly error: Error | undefined
}

/** The result of all hosts. */
export interface PoolCheck {
  /** At least one host that serves reads now has answered. */
  readonly readable: boolean
  /** At least one host that serves writes now has answered. */
  readonly writable: boolean
  /** One result for each host of the pool. */
  readonly hosts: readonly HostCheck[]
}

/** @param heard - for each host null after a good answer, or the error; no entry without an answer */
export function takeCheck(hosts: readonly Host[], heard: ReadonlyMap<Host, Error | null>): PoolCheck {
  const wellFor = (access: 'read' | 'write'): boolean =>
    hosts.some((host) => heard.get(host) === null && host.serves[access])
  return Object.freeze({
    readable: wellFor('read'),
    writable: wellFor('write'),
    hosts: Object.freeze(hosts.map((host) => hostCheck(host, heard.get(host)))),
  })
}

function hostCheck({ name, state, condition }: Host, heard: Error | null | undefined): HostCheck {
  const answered = heard === null
  const writable = answered && condition.writable
  return Object.freeze({ name, state, reason: condition.reason, writable, answered, error: heard ?? undefined })
}
