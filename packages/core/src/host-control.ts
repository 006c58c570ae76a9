import type { HostOptions } from './config/options.js'
import { redact } from './config/redact.js'
import type { HostConfig } from './config/pool-config.js'
import { HostpoolError } from './errors/hostpool-error.js'
import type { Host } from './hosts/host.js'
import type { HostSet } from './hosts/host-set.js'
import type { PoolHosts } from './pool.js'

/** `pool.hosts`: the operator's commands for the hosts of a running pool. */
export class HostControl implements PoolHosts {
  readonly #hosts: HostSet
  readonly #read: (host: string | HostOptions) => HostConfig
  readonly #accept: (host: Host) => void

  /** @param accept - makes the pool forget the cluster and the source of a host */
  constructor(hosts: HostSet, read: (host: string | HostOptions) => HostConfig, accept: (host: Host) => void) {
    this.#hosts = hosts
    this.#read = read
    this.#accept = accept
  }

  add(host: string | HostOptions): void {
    const config = this.#read(host)
    if (this.#hosts.find(config.name) !== undefined) {
      throw new HostpoolError('ERR_HOSTPOOL_CONFIG', `The pool has a host ${config.name} already`)
    }
    this.#hosts.add(config)
  }

  remove(name: string): void {
    const host = this.#get(name)
    if (this.#hosts.all.length === 1) {
      throw new HostpoolError(
        'ERR_HOSTPOOL_CONFIG',
        `${name} is the pool's only host; add another first, or end the pool`,
      )
    }
    this.#hosts.remove(host, 'the operator removed it')
  }

  drain(name: string): void {
    this.#hosts.signal(this.#get(name), { kind: 'drain' })
  }

  undrain(name: string): void {
    this.#hosts.signal(this.#get(name), { kind: 'undrain' })
  }

  accept(name: string): void {
    this.#accept(this.#get(name))
  }

  #get(name: string): Host {
    const names = (): string => this.#hosts.all.map((known) => known.name).join(', ')
    // Callers in plain JavaScript have no type checker.
    if (typeof name !== 'string') {
      throw new HostpoolError(
        'ERR_HOSTPOOL_CONFIG',
        `A host is named by a string such as 'db1:3306', and the pool got ${redact(name, [])}; its hosts are ${names()}`,
      )
    }
    const host = this.#hosts.find(name)
    if (host !== undefined) return host
    throw new HostpoolError('ERR_HOSTPOOL_CONFIG', `The pool has no host '${name}'; its hosts are ${names()}`)
  }
}
