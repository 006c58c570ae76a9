import {
  createPool,
  type DiscoveredMember,
  optionsFromUrl,
  type PoolOptions,
  type PublicConfig,
} from '@mysql-hostpool/core'

import { isLocal, nameOf } from '../addresses.js'
import type { Facts, HostFacts, HostVerdict, PoolPlan, SchemaFacts } from '../facts.js'
import { type Asked, askHost } from './ask-host.js'
import { failureOf } from './failure.js'
import { configuredHosts, type HostPlan, memberHost } from './host-plans.js'
import { gatherSchema } from './schema.js'
import { probeHosts } from './verdicts.js'

export interface GatherOptions {
  /** How many processes are going to have such a pool; undefined where the number is not known. */
  readonly processes: number | undefined
  /** Milliseconds for a connect, and for each answer. */
  readonly timeout: number
}

/**
 * Asks every host of a pool, and the members of their cluster that the pool does not name: all hosts at the same time, and none
 * for longer than a few timeouts.
 * @throws ERR_HOSTPOOL_CONFIG where the pool's configuration is wrong
 */
export async function gatherFacts(given: PoolOptions | string, { processes, timeout }: GatherOptions): Promise<Facts> {
  const options = typeof given === 'string' ? optionsFromUrl(given) : given
  const config = await configOf(options)
  const asked: Asked[] = []
  const hosts: HostFacts[] = []
  const askAll = async (plans: readonly HostPlan[]): Promise<void> => {
    const [probed, ...told] = await Promise.all([
      probeHosts(plans, options, timeout),
      ...plans.map((plan) => askHost(plan, options, timeout)),
    ])
    asked.push(...told)
    hosts.push(...told.map((each) => factsOf(each, probed.get(each.plan.name))))
  }
  try {
    await askAll(await configuredHosts(config, timeout))
    await askAll(strangers(hosts, config))
    const schema = await schemaOf(asked, hosts, config)
    return { pool: planOf(config, options, processes, timeout), hosts, schema, now: Date.now() }
  } finally {
    await Promise.all(asked.flatMap(({ line }) => (line === undefined ? [] : [line.end()])))
  }
}

const UNPROBED: HostVerdict = { state: 'down', reason: 'its probe was not answered', writable: false }

function factsOf({ plan, failure, server }: Asked, probed: HostVerdict | undefined): HostFacts {
  const { name, origin, local, connectionLimit } = plan
  // Without a session, the failure says more than the verdict of the probe. With one, a probe without an answer is a finding.
  const verdict = failure === undefined ? (probed ?? UNPROBED) : undefined
  return { name, origin, local, connectionLimit, failure, verdict, server }
}

/** The complete configuration. The pool that computes it opens no connection. */
async function configOf(options: PoolOptions): Promise<PublicConfig> {
  const pool = createPool(options)
  await pool.end()
  return pool.config
}

/** Members of the clusters that are none of the hosts that were asked. */
function strangers(hosts: readonly HostFacts[], config: PublicConfig): readonly HostPlan[] {
  const known = new Set(hosts.map(({ name }) => name))
  const members = new Map<string, DiscoveredMember>()
  const mapped = config.discovery !== false && config.discovery.map !== undefined
  for (const { local, server } of hosts) {
    const { self, members: listed = [] } = server?.description ?? {}
    if (self !== undefined) known.add(nameOf(self.host, self.port))
    // A loopback address in the list of another machine would lead to this machine.
    const usable = listed.filter(({ host }) => local || mapped || !isLocal(host))
    for (const member of usable) members.set(nameOf(member.host, member.port), member)
  }
  const plans = new Map<string, HostPlan>()
  for (const [key, member] of members) {
    const plan = known.has(key) ? undefined : memberHost(member, config)
    if (plan !== undefined && !known.has(plan.name)) plans.set(plan.name, plan)
  }
  return [...plans.values()]
}

/** The tables, asked of one host: a cluster has the same tables everywhere. A host that is up is preferred. */
async function schemaOf(
  asked: readonly Asked[],
  hosts: readonly HostFacts[],
  config: PublicConfig,
): Promise<SchemaFacts | undefined> {
  const open = hosts.flatMap((facts, index) => {
    const line = facts.server === undefined ? undefined : asked[index]?.line
    return line === undefined ? [] : [{ facts, line }]
  })
  const best = open.find(({ facts }) => facts.verdict?.writable) ?? open[0]
  if (best === undefined) return undefined
  const { name } = best.facts
  try {
    return await gatherSchema(name, best.line.ask, config.connection.database)
  } catch (error) {
    return { host: name, notInnoDb: [], keyless: [], problem: failureOf(error).message }
  }
}

function planOf(config: PublicConfig, { ssl }: PoolOptions, processes: number | undefined, timeout: number): PoolPlan {
  const { connection, connectionLimit, minIdle, acquireTimeout, idleTimeout, maxLifetime, discovery } = config
  return {
    processes,
    user: connection.user,
    database: connection.database,
    connectionLimit,
    minIdle,
    acquireTimeout,
    idleTimeout,
    maxLifetime,
    maxPreparedStatements: connection.maxPreparedStatements,
    discovery: discovery === false ? false : discovery.from,
    mapsMembers: discovery !== false && discovery.map !== undefined,
    encryption: connection.ssl ? encryptionOf(ssl) : 'off',
    timeout,
  }
}

function encryptionOf(ssl: PoolOptions['ssl']): PoolPlan['encryption'] {
  if (typeof ssl !== 'object') return 'verified'
  if (ssl.rejectUnauthorized === false) return 'unverified'
  return ssl.verifyIdentity === false ? 'unnamed' : 'verified'
}
