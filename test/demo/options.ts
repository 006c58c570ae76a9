import { parseArgs } from 'node:util'
import { errorMessage } from '../cluster/error-text.js'
import { UsageError, wholeNumber } from '../program/arguments.js'

const FAULTS = ['kill', 'freeze'] as const
export type FaultKind = (typeof FAULTS)[number]

/** What the command line asks for. */
export interface DemoOptions {
  /** How long the applications work. */
  readonly seconds: number
  /** What happens to one node meanwhile; absent where the servers are not the demo's to break. */
  readonly fault: { readonly kind: FaultKind; readonly node: number } | undefined
  /** Servers that run already, in place of a cluster of the demo's own. */
  readonly url: string | undefined
}

export const URL_VARIABLE = 'HOSTPOOL_DEMO_URL'
export const NODES = 3

export const USAGE = `usage: npm run demo -- [--seconds N] [--fault kill|freeze] [--node N]

  --seconds N   how long the applications work, 15 to 3600; default 30
  --fault       kill: kill -9 and a restart (default); freeze: SIGSTOP, and SIGCONT later
  --node N      the node it happens to, 1 to ${NODES}; default 2

With ${URL_VARIABLE}=mysql://user:password@host1,host2,host3/database the applications work on servers that run already,
and nothing is done to these; the tables they make there, hostpool_shop_*, are dropped again.
`

/** @throws UsageError */
export function readOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): DemoOptions | 'help' {
  const given = parse(args)
  if (given.help) return 'help'
  const seconds = wholeNumber('--seconds', given.seconds ?? '30', 15, 3600)
  const url = environment[URL_VARIABLE] || undefined
  if (url !== undefined) {
    for (const name of ['fault', 'node'] as const) {
      if (given[name] === undefined) continue
      throw new UsageError(
        `--${name} needs a cluster that is the demo's own: remove it, or unset ${URL_VARIABLE}, whose servers are left alone`,
      )
    }
    return { seconds, fault: undefined, url }
  }
  const kind = FAULTS.find((fault) => fault === (given.fault ?? 'kill'))
  if (kind === undefined) throw new UsageError(`--fault is "${given.fault}"; it can be ${FAULTS.join(' or ')}`)
  return { seconds, fault: { kind, node: wholeNumber('--node', given.node ?? '2', 1, NODES) }, url }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        seconds: { type: 'string' },
        fault: { type: 'string' },
        node: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values
  } catch (error) {
    throw new UsageError(errorMessage(error), { cause: error })
  }
}
