import type { Host } from '../hosts/host.js'
import type { HostState } from '../selectors/host-state.js'

export interface CheckOptions {
  /**
   * Milliseconds to wait for the answers of all hosts; at least 1. A probe gives up after `health.timeout` by itself, but for
   * the time that the password function takes. Default: `connectTimeout`.
   */
  readonly timeout?: number | undefined
}

/** What one host said when it was asked. */
export interface HostCheck {
  /** `name:port`. */
  readonly name: string
  /** Its state after the answer, or as it was known before where none came. */
  readonly state: HostState
  /** Why it is in this state, in words; empty for a host that is simply up. */
  readonly reason: string
  /** Whether it answered that it accepts writes. */
  readonly writable: boolean
  /** Whether it let the pool in and answered within the time. */
  readonly answered: boolean
  /** Why it could not be asked: a refused connect, a refused login, no answer to the probe, a failing password function. */
  readonly error: Error | undefined
}

/** What all hosts said. */
export interface PoolCheck {
  /** At least one host answered that serves reads now. */
  readonly readable: boolean
  /** At least one host answered that serves writes now. */
  readonly writable: boolean
  readonly hosts: readonly HostCheck[]
}

/** @param heard - what was heard of each host: null for a good answer; nothing where none came */
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
