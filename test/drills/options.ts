import { parseArgs } from 'node:util'
import { errorMessage } from '../cluster/error-text.js'
import { UsageError, wholeNumber } from '../program/arguments.js'
import { DRILLS, type DrillName, FAULT_WORDS } from './drill-names.js'
import { PEERS, type SubjectName } from './subjects/subject.js'

/** What the command line asks for. */
export interface DrillOptions {
  readonly drills: readonly DrillName[]
  /** Requests per second, one run of all drills for each. */
  readonly rates: readonly number[]
  readonly connections: number
  readonly seconds: number
  readonly json: boolean
  readonly subjects: readonly SubjectName[]
}

export const USAGE = `usage: npm run drill -- [drill …] [--rate N] [--connections N] [--seconds N] [--peers] [--json]

  drill            ${DRILLS.slice(0, 6).join(', ')},
                   ${DRILLS.slice(6).join(', ')}; default: all of them
  --rate N         requests a second, every fifth of them a write, 1 to 5000; default 80. Can be given several times
  --connections N  the pool's connectionLimit, 3 to 300; default 30
  --seconds N      how long a fault lasts, 3 to 300; default 15
  --peers          puts other libraries' pools under the same load and the same faults: ${PEERS.join(', ')}
  --json           the result as JSON on the standard output; what happens meanwhile goes to the standard error

${DRILLS.map((name) => `  ${name.padEnd(10)} ${FAULT_WORDS[name]}\n`).join('')}`

/** @throws UsageError */
export function readOptions(args: readonly string[]): DrillOptions | 'help' {
  const { values, positionals } = parse(args)
  if (values.help) return 'help'
  const drills = positionals.map(drillName)
  return {
    drills: drills.length === 0 ? DRILLS : drills,
    rates: (values.rate ?? ['80']).map((rate) => wholeNumber('--rate', rate, 1, 5000)),
    connections: wholeNumber('--connections', values.connections ?? '30', 3, 300),
    seconds: wholeNumber('--seconds', values.seconds ?? '15', 3, 300),
    json: values.json ?? false,
    subjects: values.peers ? ['hostpool', ...PEERS] : ['hostpool'],
  }
}

function drillName(given: string): DrillName {
  const name = DRILLS.find((drill) => drill === given)
  if (name === undefined) throw new UsageError(`there is no drill "${given}"; there are ${DRILLS.join(', ')}`)
  return name
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: true,
      options: {
        rate: { type: 'string', multiple: true },
        connections: { type: 'string' },
        seconds: { type: 'string' },
        peers: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw new UsageError(errorMessage(error), { cause: error })
  }
}
