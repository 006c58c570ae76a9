import type { Host } from '../hosts/host.js'
import { changesOthers, judgeSuccession, objectionUntold, type SuccessionObjection } from '../hosts/succession.js'
import type { EvidenceEnvironment } from './evidence.js'
import { refOf, type ServerIdentity } from './server-facts.js'
import type { Usable, ProbeResult } from './probe-result.js'

/** The result of a probe, corrected by the replication of all hosts: another host may be the source in place of this one. */
export function examineSuccession(
  host: Host,
  result: Usable,
  identity: ServerIdentity | undefined,
  { clock, hosts, warn, learnt }: EvidenceEnvironment,
): ProbeResult {
  const { sources, writable } = result
  const relatives = hosts.all
    .filter((other) => other !== host)
    .map((other) => ({
      name: other.name,
      takesWrites: other.state === 'up' && other.condition.writable,
      succession: other.succession,
    }))
  const before = host.succession
  const self = refOf(identity)
  if (sources === undefined) {
    const untold = writable ? objectionUntold(host.name, before, self, relatives) : undefined
    return untold === undefined ? result : objected(host, result, untold, warn)
  }
  const word = { self, sources, writable }
  const { succession, objection } = judgeSuccession(host.name, before, word, relatives, clock.now())
  host.succession = succession
  if (changesOthers(before, succession, relatives)) learnt(host)
  if (objection === undefined || (objection.to === 'writes' && !writable)) return result
  return objected(host, result, objection, warn)
}

function objected(
  host: Host,
  result: Usable,
  { to, why }: SuccessionObjection,
  warn: EvidenceEnvironment['warn'],
): ProbeResult {
  if (result.writable) {
    const consequence = to === 'everything' ? 'It is not used' : 'It gets no writes'
    warn(
      host,
      `succession ${host.name} ${why}`,
      `${host.name} takes writes, but ${why}. ${consequence} until that changes, or pool.hosts.accept('${host.name}') says that this is as it should be`,
    )
  }
  // Astray: the writes of a transaction under way there would reach no other server.
  if (to === 'everything') return { usable: false, reason: why, astray: true }
  return { ...result, writable: false, lastResort: result.lastResort || to !== 'writes', reason: why }
}
