import type { HealthOptions, PoolOptions } from '@mysql-hostpool/core'

import type { HostFailure, ServerFacts } from '../facts.js'
import { failureOf } from './failure.js'
import { HostLine } from './host-line.js'
import type { HostPlan } from './host-plans.js'
import { gatherServer } from './server-facts.js'

/** A host that was asked. */
export interface Asked {
  readonly plan: HostPlan
  readonly failure: HostFailure | undefined
  readonly server: ServerFacts | undefined
  /** The session, open for more questions; undefined where the server let none in. */
  readonly line: HostLine | undefined
}

/** Asks one host all questions. Never rejects, since a host in trouble is a finding, and ends in bounded time. */
export async function askHost(plan: HostPlan, options: PoolOptions, timeout: number): Promise<Asked> {
  let line: HostLine
  try {
    line = await HostLine.open(options, plan.address, timeout)
  } catch (error) {
    return { plan, failure: failureOf(error), server: undefined, line: undefined }
  }
  const probe: HealthOptions['probe'] = options.health?.probe ?? 'auto'
  const server = await gatherServer(line, probe === false ? 'auto' : probe)
  const silent = server.account === '' && server.variables.size === 0
  if (silent) return { plan, failure: await whyUnanswered(line.ask), server: undefined, line }
  return { plan, failure: undefined, server, line }
}

/** The failure of a session that has answered no question: the server may refuse all of them, as where a password has expired. */
export async function whyUnanswered(ask: HostLine['ask']): Promise<HostFailure> {
  try {
    await ask('SELECT CURRENT_USER()')
  } catch (error) {
    const failure = failureOf(error)
    if (failure.stage === 'login') return failure
  }
  return SILENT
}

const SILENT: HostFailure = {
  stage: 'silent',
  message: 'it lets a session in, and answers none of its questions',
  code: undefined,
  errno: undefined,
}
