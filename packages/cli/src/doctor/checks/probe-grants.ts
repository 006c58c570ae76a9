import type { Check } from '../check.js'
import { groupBy, isSwitchedOff, namesOf, reachedHosts } from '../reached.js'
import { quotedAccount } from '../values.js'

/** Whether the account has the privileges for each question of the pool's probe. */
export const probeGrants: Check = {
  name: 'probe-grants',
  weight: 80,
  run: (facts) => {
    const limited = reachedHosts(facts).filter(
      (host) => host.server.description?.missingPrivilege !== undefined && !isSwitchedOff(host),
    )
    const groups = groupBy(limited, ({ server }) => `${server.description?.missingPrivilege}|${server.account}`)
    return [...groups.values()].map((hosts) => {
      const [{ server } = { server: undefined }] = hosts
      const isGroup = server?.description?.kind === 'group-replication'
      return {
        // A single server replicates from no other, as a rule.
        level: isGroup || facts.hosts.length > 1 ? 'error' : 'note',
        hosts: namesOf(hosts),
        problem: `The account lacks a privilege that the pool's probe needs (${server?.description?.missingPrivilege}).`,
        reason: isGroup
          ? 'The pool cannot see a member that has left its group or lost the majority: reads are stale there and writes hang.'
          : 'The pool cannot see a replica that has stopped or is far behind, nor which server is the source.',
        remedy: `GRANT ${server?.description?.missingPrivilege} TO ${quotedAccount(server?.account ?? '')};`,
      }
    })
  },
}
