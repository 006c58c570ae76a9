import { lookup } from 'node:dns/promises'

import type { DiscoveredMember, HostOptions, PublicConfig } from '@mysql-hostpool/core'

import { within } from '../../deadline.js'
import { isLocal, nameOf } from '../addresses.js'

/** A host to ask, and the way to reach it. */
export interface HostPlan {
  /** `name:port`, as the pool names it. */
  readonly name: string
  /** The host as `createPool` takes it; undefined where the pool connects through a Unix socket. */
  readonly address: string | HostOptions | undefined
  readonly origin: 'configured' | 'member'
  readonly local: boolean
  readonly connectionLimit: number
}

type ConfiguredHost = PublicConfig['hosts'][number]

/** The hosts that a pool of this configuration begins with; with `discovery: 'dns'` each address behind their names. */
export async function configuredHosts(config: PublicConfig, timeout: number): Promise<readonly HostPlan[]> {
  if (config.connection.socketPath !== undefined) return config.hosts.map((host) => planOf(host, undefined, true))
  const byName = config.discovery !== false && config.discovery.from === 'dns'
  const plans = byName
    ? await Promise.all(config.hosts.map((host) => behindName(host, timeout)))
    : config.hosts.map((host) => [ownPlan(host)])
  // Two names may have the same address.
  return [...new Map(plans.flat().map((plan) => [plan.name, plan])).values()]
}

/** A member of the cluster that the configuration does not name; undefined where the configuration's map leaves it out. */
export function memberHost(member: DiscoveredMember, config: PublicConfig): HostPlan | undefined {
  const { discovery, connectionLimit } = config
  const mapped = discovery === false || discovery.map === undefined ? member : discovery.map(member)
  if (mapped === undefined) return undefined
  const name = typeof mapped === 'string' ? mapped : nameOf(mapped.host, Number(mapped.port ?? config.port))
  const host = typeof mapped === 'string' ? mapped.replace(/:\d+$/, '') : mapped.host
  return { name, address: mapped, origin: 'member', local: isLocal(host), connectionLimit }
}

function ownPlan(host: ConfiguredHost): HostPlan {
  const { port, servername } = host
  return planOf(host, { host: host.host, port, servername }, isLocal(host.host))
}

function planOf({ name, connectionLimit }: ConfiguredHost, address: HostOptions | undefined, local: boolean): HostPlan {
  return { name, address, origin: 'configured', local, connectionLimit }
}

/** The addresses behind a name. A name without an address stays a host, so that its connect tells the reason. */
async function behindName(host: ConfiguredHost, timeout: number): Promise<readonly HostPlan[]> {
  const { port, servername = host.host, connectionLimit } = host
  const found = await within(lookup(host.host, { all: true }), timeout).catch(() => [])
  const four = found.filter(({ family }) => family === 4)
  const addresses = (four.length > 0 ? four : found).map(({ address }) => address)
  if (addresses.length === 0) return [ownPlan(host)]
  return addresses.map((address) => ({
    name: nameOf(address, port),
    address: { host: address, port, servername },
    origin: 'configured',
    local: isLocal(address),
    connectionLimit,
  }))
}
