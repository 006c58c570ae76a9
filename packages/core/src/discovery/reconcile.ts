import type { HostOrigin } from '../hosts/host.js'

/** A host of the pool, as discovery sees it. */
export interface KnownHost {
  readonly name: string
  readonly origin: HostOrigin
  /** The address at which the pool reaches the host. */
  readonly address: string
  /** The member that the host is; undefined where this is not known. */
  readonly member: string | undefined
}

/** A member, and the address at which the pool would reach it. */
export interface Candidate {
  readonly member: string
  readonly address: string
}

/** The changes that bring the hosts of a pool in step with its cluster. */
export interface Plan<C extends Candidate> {
  readonly add: readonly C[]
  /** Hosts that discovery added and that are not listed any more. */
  readonly missing: readonly string[]
  /** Hosts that discovery added and that turned out to be another host of the pool under a second address. */
  readonly doubles: readonly string[]
}

/** Compares the hosts of a pool with the members of its cluster. Hosts that the configuration names are never removed. */
export function reconcile<C extends Candidate>(known: readonly KnownHost[], candidates: readonly C[]): Plan<C> {
  const discovered = known.filter(({ origin }) => origin === 'discovered')
  return {
    add: candidates.filter(
      (candidate, index) =>
        !known.some((host) => isSame(host, candidate)) &&
        !candidates.slice(0, index).some((earlier) => isSame(earlier, candidate)),
    ),
    missing: discovered.filter((host) => !candidates.some((candidate) => isSame(host, candidate))).map(nameOf),
    doubles: discovered.filter((host) => known.some((other) => goesBefore(other, host, known))).map(nameOf),
  }
}

function isSame(a: Candidate | KnownHost, b: Candidate): boolean {
  return a.member === b.member || a.address === b.address
}

function goesBefore(other: KnownHost, host: KnownHost, known: readonly KnownHost[]): boolean {
  if (other === host || host.member === undefined || other.member !== host.member) return false
  return other.origin === 'configured' || known.indexOf(other) < known.indexOf(host)
}

function nameOf({ name }: KnownHost): string {
  return name
}
