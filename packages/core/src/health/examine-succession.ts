import type { Host } from '../hosts/host.js'
import { changesOthers, judgeSuccession } from '../hosts/succession.js'
import type { EvidenceEnvironment } from './evidence.js'
import { refOf, type ServerIdentity } from './server-facts.js'
import { unusable, type Usable, type Verdict } from './verdict.js'

/** What a host said of itself, once it is known whether another one has taken its place, or should be written to in its stead. */
export function examineSuccession(
  host: Host,
  verdict: Usable,
  identity: ServerIdentity | undefined,
  { clock, hosts, warn, learnt }: EvidenceEnvironment,
): Verdict {
  const { sources, writable } = verdict
  if (sources === undefined) return verdict
  const relatives = hosts.all
    .filter((other) => other !== host)
    .map((other) => ({
      name: other.name,
      takesWrites: other.state === 'up' && other.condition.writable,
      succession: other.succession,
    }))
  const before = host.succession
  const word = { self: refOf(identity), sources, writable }
  const { succession, objection } = judgeSuccession(host.name, before, word, relatives, clock.now())
  host.succession = succession
  if (changesOthers(before, succession, relatives)) learnt(host)
  if (objection === undefined || (objection.to === 'writes' && !writable)) return verdict
  const { to, why } = objection
  if (writable) {
    const consequence = to === 'everything' ? 'It is not used' : 'It gets no writes'
    warn(
      host,
      `succession ${host.name} ${why}`,
      `${host.name} takes writes, but ${why}. ${consequence} until that changes, or pool.hosts.accept('${host.name}') says that this is as it should be`,
    )
  }
  if (to === 'everything') return unusable(why)
  return { ...verdict, writable: false, lastResort: verdict.lastResort || to !== 'writes', reason: why }
}
