import { HostState, type HostStatus, type Pool } from '@mysql-hostpool/core'
import type { BatchObservableResult, Observable } from '@opentelemetry/api'

import type { instrumentsOf } from './instruments.js'
import { Attribute, OwnAttribute } from './names.js'
import { serverAttributes } from './server.js'

/** The values of a host that are observed. */
type Observed = Pick<HostStatus, 'writable' | 'idle' | 'inUse' | 'connecting'> & { readonly state?: HostState }

const GONE: Observed = { writable: false, idle: 0, inUse: 0, connecting: 0 }

/**
 * Observes the state and the counters of a pool whenever its metrics are collected, and at no other time.
 * @returns a function that ends the observation. In the next collection, every value that can fall is 0, since exporters would
 * otherwise repeat the last one for ever
 */
export function observePool(pool: Pool, poolName: string, { meter, instruments }: ReturnType<typeof instrumentsOf>) {
  const { sums } = instruments
  const all = Object.values(sums)
  const attributes = { [Attribute.poolName]: poolName }
  let hosts: ReadonlySet<string> = new Set()

  const observeHost = (result: BatchObservableResult, name: string, host: Observed): void => {
    const own = { ...attributes, ...serverAttributes(name) }
    for (const state of Object.values(HostState)) {
      result.observe(sums.hostState, host.state === state ? 1 : 0, { ...own, [OwnAttribute.hostState]: state })
    }
    result.observe(sums.hostWritable, host.writable ? 1 : 0, own)
    const connections = { idle: host.idle, used: host.inUse, connecting: host.connecting }
    for (const [state, number] of Object.entries(connections)) {
      result.observe(sums.hostConnections, number, { ...own, [Attribute.connectionState]: state })
    }
  }

  const observeLimits = (result: BatchObservableResult, limits: readonly [Observable, number][]): void => {
    for (const [instrument, value] of limits) result.observe(instrument, value, attributes)
  }

  const observeConnections = (result: BatchObservableResult, idle: number, used: number): void => {
    result.observe(sums.connections, idle, { ...attributes, [Attribute.connectionState]: 'idle' })
    result.observe(sums.connections, used, { ...attributes, [Attribute.connectionState]: 'used' })
  }

  const observe = (result: BatchObservableResult): void => {
    const status = pool.status()
    const { counters } = status
    const { maxIdle, minIdle, connectionLimit } = pool.config
    observeConnections(result, status.idle, status.inUse)
    observeLimits(result, [
      [sums.maxIdle, maxIdle],
      [sums.minIdle, minIdle],
      [sums.max, connectionLimit],
      [sums.pending, status.waiting],
      [sums.timeouts, counters.acquireTimeouts],
      [sums.hedges, counters.hedges],
      [sums.unknownOutcomes, counters.unknownOutcomes],
    ])
    for (const [reason, closed] of Object.entries(counters.closes)) {
      result.observe(sums.closes, closed, { ...attributes, [OwnAttribute.closeReason]: reason })
    }
    for (const [cause, retries] of Object.entries(counters.retries)) {
      result.observe(sums.retries, retries, { ...attributes, [OwnAttribute.retryCause]: cause })
    }
    const before = hosts
    hosts = new Set(status.hosts.map(({ name }) => name))
    for (const host of status.hosts) observeHost(result, host.name, host)
    for (const name of before) if (!hosts.has(name)) observeHost(result, name, GONE)
  }

  const observeEnd = (result: BatchObservableResult): void => {
    meter.removeBatchObservableCallback(observeEnd, all)
    observeConnections(result, 0, 0)
    observeLimits(
      result,
      [sums.maxIdle, sums.minIdle, sums.max, sums.pending].map((instrument) => [instrument, 0]),
    )
    for (const name of hosts) observeHost(result, name, GONE)
  }

  meter.addBatchObservableCallback(observe, all)
  return (): void => {
    meter.removeBatchObservableCallback(observe, all)
    meter.addBatchObservableCallback(observeEnd, all)
  }
}
