import type { PoolOptions } from '@mysql-hostpool/core'

import { aborted } from '../aborted.js'
import type { Terminal } from '../terminal.js'
import { coloursFor } from '../text/colours.js'
import { examine } from './examine.js'
import type { Fitness } from './judge.js'
import { jsonReport } from './report/json-report.js'
import { textReport } from './report/text-report.js'

export interface DoctorOptions {
  readonly processes: number | undefined
  readonly timeout: number
  readonly ignore: readonly string[]
  readonly json: boolean
}

const EXIT: Readonly<Record<Fitness, number>> = { fit: 0, warnings: 1, unfit: 2 }

/** The exit status of a command that a signal has ended, as shells have it. */
const INTERRUPTED = 130

/**
 * Examines the hosts and prints the report. Resolves to the exit status: 0 fit, 1 warnings, 2 unfit; 130 where a signal came
 * first.
 */
export async function runDoctor(
  given: PoolOptions | string,
  { json, ...options }: DoctorOptions,
  terminal: Terminal,
): Promise<number> {
  const examination = await Promise.race([examine(given, options), aborted(terminal.signal)])
  if (examination === undefined) return INTERRUPTED
  const { columns } = terminal.size()
  terminal.write(json ? `${jsonReport(examination)}\n` : textReport(examination, coloursFor(terminal.colours), columns))
  return EXIT[examination.fitness]
}
