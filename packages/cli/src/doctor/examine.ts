import { isHostpoolError, type PoolOptions } from '@mysql-hostpool/core'

import { printable } from '../text/printable.js'
import { Secrets } from '../secrets.js'
import type { Facts, HostFacts } from './facts.js'
import { gatherFacts } from './gather/gather.js'
import { judge, type Judgement, type WeighedFinding } from './judge.js'

export interface ExamineOptions {
  /** How many processes are going to have such a pool. Default: not known, and the room that there is becomes a note. */
  readonly processes?: number | undefined
  /** Milliseconds for a connect, and for each answer. Default 5000. */
  readonly timeout?: number | undefined
  /** Names of checks that are left out. Default: none. */
  readonly ignore?: readonly string[] | undefined
}

/** What the doctor says. Plain data, without secrets. */
export interface Examination extends Judgement {
  /** The hosts that were asked; empty where the configuration is wrong. */
  readonly hosts: readonly HostFacts[]
}

const TIMEOUT = 5_000

/**
 * Asks every host of a pool how it is, and says what is wrong. Servers are only read from. Hosts in trouble are no error here but
 * findings, and so is a configuration that `createPool` refuses.
 * @param given - what `createPool` is going to get
 */
export async function examine(given: PoolOptions | string, options: ExamineOptions = {}): Promise<Examination> {
  const { processes, timeout = TIMEOUT, ignore = [] } = options
  const secrets = Secrets.of(given)
  let facts: Facts
  try {
    facts = await gatherFacts(given, { processes, timeout })
  } catch (error) {
    if (!isHostpoolError(error) || error.code !== 'ERR_HOSTPOOL_CONFIG') throw error
    return { ...refused(secrets.mask(error.message)), hosts: [] }
  }
  const hosts = facts.hosts.map((host) => masked(host, secrets))
  const { findings, ...judgement } = judge({ ...facts, hosts }, new Set(ignore))
  return { ...judgement, findings: findings.map(readable), hosts }
}

function refused(message: string): Judgement {
  const finding = {
    check: 'configuration',
    level: 'error',
    hosts: [],
    problem: message,
    reason: 'createPool() refuses it, and the application does not start.',
    remedy:
      'Mend the options that are named. What each takes: ' +
      'https://github.com/mysql-hostpool/mysql-hostpool/blob/main/docs/options.md',
  } as const
  return { fitness: 'unfit', findings: [finding], checks: ['configuration'] }
}

/** Servers name tables, versions and modes; none of that may move a cursor. */
function readable(finding: WeighedFinding): WeighedFinding {
  const { problem, reason, remedy } = finding
  return { ...finding, problem: printable(problem), reason: printable(reason), remedy: printable(remedy) }
}

/** Texts of servers and of the driver are the only ones that come from elsewhere. */
function masked(host: HostFacts, secrets: Secrets): HostFacts {
  const { failure, verdict, server } = host
  return {
    ...host,
    failure: failure && { ...failure, message: secrets.mask(failure.message) },
    verdict: verdict && { ...verdict, reason: secrets.mask(verdict.reason) },
    server: server && {
      ...server,
      version: printable(server.version),
      unanswered: server.unanswered.map((text) => secrets.mask(text)),
    },
  }
}
