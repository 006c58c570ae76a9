import { isHostpoolError, type PoolOptions } from '@mysql-hostpool/core'

import { printable } from '../text/printable.js'
import { Secrets } from '../secrets.js'
import type { Facts, HostFacts } from './facts.js'
import { gatherFacts } from './gather/gather.js'
import { judge, type Judgement, type WeighedFinding } from './judge.js'

/** What the doctor asks for, and how long. */
export interface ExamineOptions {
  /** How many processes are going to have such a pool. Default: not known; a note tells how many the servers have room for. */
  readonly processes?: number | undefined
  /** Milliseconds for a connect, and for each answer. Default 5000. */
  readonly timeout?: number | undefined
  /** Names of checks that are left out. Default: none. */
  readonly ignore?: readonly string[] | undefined
}

/** The report of the doctor: plain data, without secrets. */
export interface Examination extends Judgement {
  /** The hosts that were asked; empty where the configuration is wrong. */
  readonly hosts: readonly HostFacts[]
}

const TIMEOUT = 5_000

/**
 * Asks every host of a pool, and reports what is wrong. The doctor only reads from servers. A host in trouble is a finding and no
 * error, and so is a configuration that `createPool` refuses.
 * @param given - the options or the URL, as `createPool` takes them
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

/** A finding that is safe to print: it cites names of tables, versions and modes, and none of these may move a cursor. */
function readable(finding: WeighedFinding): WeighedFinding {
  const { problem, reason, remedy } = finding
  return { ...finding, problem: printable(problem), reason: printable(reason), remedy: printable(remedy) }
}

/** A host without secrets in the texts that servers and the driver have made. All other texts are the doctor's own. */
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
