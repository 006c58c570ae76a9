import { type Examination, examine } from '@mysql-hostpool/cli'

import { formatServerUrl } from '../cluster/index.js'
import { runProgram } from '../program/program.js'
import { type DoctorOptions, readOptions, USAGE } from './options.js'
import { startPatient } from './patients.js'

/** What the servers of tests are on purpose: they write to no disk, and their data are thrown away. */
const IGNORED = ['durability']

await runProgram({ usage: USAGE, readOptions, run: runDoctor })

/** Resolves to whether each fault was found, and a fit cluster was found fit. */
async function runDoctor(
  { servers }: DoctorOptions,
  write: (text: string) => void,
  signal: AbortSignal,
): Promise<boolean> {
  await using patient = await startPatient(servers, (line) => write(`${line}\n`), signal)
  const all = formatServerUrl(patient.access)
  let ok = true
  const look = async (name: string, url: string, found: readonly string[]): Promise<void> => {
    const begin = performance.now()
    const examination = await examine(url, { timeout: 2_000, ignore: IGNORED })
    const missed = found.filter((each) => !told(examination).includes(each))
    if (missed.length > 0) ok = false
    const verdict = missed.length === 0 ? 'ok    ' : 'MISSED'
    const seconds = ((performance.now() - begin) / 1000).toFixed(1)
    write(`${verdict}  ${seconds} s  ${name}: ${told(examination).join(', ') || 'nothing'}\n`)
    for (const each of missed) write(`        not found: ${each}\n`)
  }
  await look('as it should be', all, ['fit'])
  for (const fault of patient.faults) {
    signal.throwIfAborted()
    await fault.plant()
    await look(fault.name, fault.url?.() ?? all, fault.found)
  }
  return ok
}

function told({ fitness, findings }: Examination): readonly string[] {
  return [...new Set([fitness as string, ...findings.map(({ level, check }) => `${level} ${check}`)])]
}
