import type { Check } from '../check.js'
import type { Facts, PoolPlan, ReachedHost } from '../facts.js'
import type { Finding } from '../finding.js'
import { namesOf, reachedHosts } from '../reached.js'
import { numberOf, quotedAccount } from '../values.js'

/** The number of connections of a server that pools leave free, for its operator and for other clients. */
const RESERVE = 10

/** Whether each server has room for the pools of all processes: when all other servers fail, one server serves all of them. */
export const connectionLimits: Check = {
  name: 'connection-limits',
  weight: 75,
  run: (facts) => [...full(facts), ...tooFew(facts), ...tooFewOfUser(facts), ...room(facts)],
}

function full({ hosts }: Facts): readonly Finding[] {
  const refusing = hosts.filter(({ failure }) => failure?.stage === 'full')
  if (refusing.length === 0) return []
  return [
    {
      level: 'error',
      hosts: namesOf(refusing),
      problem: `The server has no connection left: ${refusing[0]?.failure?.message ?? ''}`,
      reason: 'The pool waits and tries again; callers time out meanwhile.',
      remedy: 'SHOW PROCESSLIST;   -- tells whose they are; then fewer of them, or SET GLOBAL max_connections = …',
    },
  ]
}

/** The connections of one process: those of its pool, one for the probe, and one for discovery, which is open for moments. */
function perProcess({ connectionLimit, discovery }: PoolPlan, host: ReachedHost): number {
  return Math.min(connectionLimit, host.connectionLimit) + 1 + (discovery === 'cluster' ? 1 : 0)
}

function tooFew(facts: Facts): readonly Finding[] {
  const { processes = 1 } = facts.pool
  return reachedHosts(facts).flatMap((host): readonly Finding[] => {
    const most = numberOf(host.server.variables, 'max_connections')
    const wanted = processes * perProcess(facts.pool, host)
    if (most === undefined || wanted <= most - RESERVE) return []
    const over = wanted > most
    return [
      {
        level: over ? 'error' : 'warning',
        hosts: [host.name],
        problem: `max_connections is ${most}, and ${processesText(processes)} of this pool open${processes === 1 ? 's' : ''} up to ${wanted} connections.`,
        reason: over
          ? 'When the other hosts fail, this one has to serve all, and refuses (1040).'
          : `That leaves fewer than ${RESERVE} for everything else: other applications, replication, its operator.`,
        remedy: `SET GLOBAL max_connections = ${wanted + Math.max(RESERVE, Math.ceil(wanted / 5))};   -- and in [mysqld]; or a smaller connectionLimit`,
      },
    ]
  })
}

function tooFewOfUser(facts: Facts): readonly Finding[] {
  const { processes = 1 } = facts.pool
  return reachedHosts(facts).flatMap((host): readonly Finding[] => {
    const most = numberOf(host.server.session, 'max_user_connections') ?? 0
    const wanted = processes * perProcess(facts.pool, host)
    if (most === 0 || wanted <= most) return []
    return [
      {
        level: 'error',
        hosts: [host.name],
        problem: `The account may have ${most} connections (max_user_connections), and ${processesText(processes)} of this pool open${processes === 1 ? 's' : ''} up to ${wanted}.`,
        reason: 'The server refuses the others (1226), and callers wait for a connection in vain.',
        remedy: `ALTER USER ${quotedAccount(host.server.account)} WITH MAX_USER_CONNECTIONS ${wanted};   -- or 0, and SET GLOBAL max_user_connections = 0`,
      },
    ]
  })
}

/** The number of processes that the servers have room for. With `--processes` the other checks have answered that. */
function room(facts: Facts): readonly Finding[] {
  if (facts.pool.processes !== undefined) return []
  const counts = reachedHosts(facts).flatMap((host) => {
    const most = numberOf(host.server.variables, 'max_connections')
    return most === undefined ? [] : [Math.floor((most - RESERVE) / perProcess(facts.pool, host))]
  })
  const least = Math.min(...counts)
  if (counts.length === 0 || least < 1) return []
  return [
    {
      level: 'note',
      hosts: [],
      problem: `The servers have room for ${processesText(least)} with such a pool (connectionLimit ${facts.pool.connectionLimit}).`,
      reason: 'Each process has a pool of its own, and at worst one server is left to serve all of them.',
      remedy: '--processes N   # checks the number that there are',
    },
  ]
}

function processesText(count: number): string {
  return count === 1 ? '1 process' : `${count} processes`
}
