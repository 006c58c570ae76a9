import type { Check } from '../check.js'
import type { HostFacts, HostFailure } from '../facts.js'
import type { Finding } from '../finding.js'

/** Whether a server answers at the address of each host. */
export const reachability: Check = {
  name: 'reachability',
  weight: 100,
  run: ({ hosts, pool }) => {
    const configured = hosts.filter(({ origin }) => origin === 'configured')
    const lost = configured.filter(({ failure }) => failure !== undefined && STAGES.has(failure.stage))
    const all = lost.length === configured.length
    return lost.flatMap((host) => (host.failure === undefined ? [] : [found(host, host.failure, pool.timeout, all)]))
  },
}

const STAGES: ReadonlySet<HostFailure['stage']> = new Set(['unreachable', 'silent', 'other'])

function found({ name }: HostFacts, failure: HostFailure, timeout: number, all: boolean): Finding {
  return {
    level: 'error',
    hosts: [name],
    problem: problemOf(failure, timeout),
    reason: all
      ? 'Every statement fails while no host can be reached.'
      : 'The pool goes on without this host: there is one less to fail over to.',
    remedy: remedyOf(name, failure),
  }
}

function problemOf({ stage, message, code }: HostFailure, timeout: number): string {
  if (code === 'ECONNREFUSED') return 'The connection is refused: no server listens there.'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'The name has no address.'
  if (stage === 'silent') return `The host gave no answer within ${timeout} ms.`
  return stage === 'other' ? `The host lets no session in (${message}).` : `The host cannot be reached (${message}).`
}

function remedyOf(name: string, { stage, code }: HostFailure): string {
  const [, host = name, port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(name) ?? []
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `getent hosts ${host}   # then mend the name, or DNS`
  if (code === 'ECONNREFUSED') {
    return `Start the server there, or mend its port and bind_address: ss -ltn 'sport = :${port}'   # on ${host}`
  }
  if (stage === 'silent') return `nc -vz ${host} ${port}   # silence is a firewall; a connection is a server that hangs`
  return stage === 'other'
    ? `journalctl -u mariadb -n 50   # on ${host}, or wherever its error log is`
    : `nc -vz ${host} ${port}`
}
