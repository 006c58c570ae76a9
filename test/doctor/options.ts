import { parseArgs } from 'node:util'

import { errorMessage } from '../cluster/error-text.js'
import { UsageError } from '../program/arguments.js'

const SERVERS = ['galera', 'group', 'replication', 'mysql-replication'] as const
export type DoctorServers = (typeof SERVERS)[number]

export interface DoctorOptions {
  readonly servers: DoctorServers
}

export const USAGE = `usage: npm run doctor -- URL [options]        asks the servers of a URL; --help tells the options
       npm run doctor -- --on ${SERVERS.join('|')}

  --on    starts servers of its own, plants one fault after the other, and looks whether the doctor finds it;
          MySQL is downloaded once
`

/** @throws UsageError */
export function readOptions(args: readonly string[]): DoctorOptions | 'help' {
  const { on, help } = parse(args)
  if (help) return 'help'
  const servers = SERVERS.find((each) => each === on)
  if (servers === undefined) throw new UsageError(`--on is "${on ?? ''}"; it can be ${SERVERS.join(' or ')}`)
  return { servers }
}

function parse(args: readonly string[]) {
  try {
    const options = { on: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const
    return parseArgs({ args: [...args], strict: true, allowPositionals: false, options }).values
  } catch (error) {
    throw new UsageError(errorMessage(error), { cause: error })
  }
}
