import { describe, inject } from 'vitest'
import { type ClusterDetails, GaleraCluster, type ServerAccess } from '../../cluster/index.js'

/** What the integration tests run against. */
export interface TestServers extends ServerAccess {
  /** There when the servers are a cluster of the harness; absent for servers named by `HOSTPOOL_TEST_URL`. */
  readonly cluster?: ClusterDetails
}

declare module 'vitest' {
  export interface ProvidedContext {
    hostpoolServers: TestServers
  }
}

const { cluster: details, ...given } = inject('hostpoolServers')

/** How to reach the servers: hosts, user, password and database. */
export const access: ServerAccess = given

/**
 * `describe` for tests that break servers: they are reported as skipped where the servers are not ours to break. Call
 * `faultyCluster()` inside for the cluster.
 */
export function describeWithFaults(name: string, tests: () => void): void {
  const describeHere = details ? describe : describe.skip // servers of somebody else's cannot be broken
  describeHere(name, tests)
}

/**
 * The cluster to put faults on. Heal it after each test (`afterEach(() => faultyCluster().heal())`): it is the one that
 * all test files use, in turn.
 */
export function faultyCluster(): GaleraCluster {
  attached ??= details && GaleraCluster.attach(details)
  if (!attached) throw new Error('these servers are not ours to break: put this test into describeWithFaults')
  return attached
}

let attached: GaleraCluster | undefined
