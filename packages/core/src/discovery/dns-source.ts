import { isIP, isIPv4 } from 'node:net'

import type { Clock } from '../clock.js'
import type { Host } from '../hosts/host.js'
import type { HostSet } from '../hosts/host-set.js'
import type { Lookup } from './lookup.js'
import type { Notices } from './notices.js'
import type { MembershipSnapshot, Source } from './membership-snapshot.js'

/** Milliseconds for a lookup. After them the last answer stays in force. */
const LOOKUP_TIMEOUT = 5_000

export interface DnsSourceEnvironment {
  readonly clock: Clock
  readonly hosts: HostSet
  readonly lookup: Lookup
  readonly notices: Notices
}

/** Looks up the configured names. Every address of a name is a host. A name without an answer keeps its last addresses. */
export class DnsSource implements Source {
  readonly #env: DnsSourceEnvironment
  readonly #names: readonly Host[]
  readonly #addresses = new Map<Host, readonly string[]>()

  constructor(env: DnsSourceEnvironment) {
    this.#env = env
    this.#names = env.hosts.all.filter(({ config }) => isIP(config.host) === 0)
  }

  async poll(): Promise<MembershipSnapshot | undefined> {
    const names = this.#names.filter((name) => !name.removed || this.#addresses.has(name))
    const answered = await Promise.all(names.map((name) => this.#resolve(name)))
    const members = names.flatMap((name) =>
      (this.#addresses.get(name) ?? []).map((host) => ({ member: { host, port: name.config.port }, name })),
    )
    return members.length === 0 ? undefined : { members, complete: answered.every(Boolean) }
  }

  memberOf(): undefined {
    return undefined
  }

  stop(): void {
    // A lookup under way cannot be cancelled. Its answer is ignored.
  }

  /** Looks up a name. @returns whether there was an answer */
  async #resolve(name: Host): Promise<boolean> {
    const { notices } = this.#env
    const { host } = name.config
    const subject = `dns ${host}`
    try {
      const found = await this.#lookup(host)
      // A server with an IPv4 and an IPv6 address is one host.
      const ofIPv4 = found.filter((address) => isIPv4(address))
      const addresses = ofIPv4.length > 0 ? ofIPv4 : found
      if (addresses.length === 0) throw new Error('the answer is empty')
      this.#addresses.set(name, addresses)
      notices.solved(subject)
      return true
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      const kept = this.#addresses.has(name) ? 'its last addresses' : 'the name'
      notices.problem(subject, `Discovery cannot look up ${host} (${reason}); the pool goes on with ${kept}.`)
      return false
    }
  }

  #lookup(host: string): Promise<readonly string[]> {
    const { clock, lookup } = this.#env
    return new Promise((resolve, reject) => {
      const late = (): void => reject(new Error(`no answer within ${LOOKUP_TIMEOUT} ms`))
      const timer = clock.afterIdly(LOOKUP_TIMEOUT, late)
      const end = (): void => timer.cancel()
      lookup(host).then(resolve, reject).finally(end)
    })
  }
}
