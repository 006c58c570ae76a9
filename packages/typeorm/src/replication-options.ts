import { shown } from './data-source-options.js'
import type { DriverOptions } from './data-source-options.js'

/** How mysql2's pool cluster treats its nodes, with its defaults; saying those asks for nothing. */
const MYSQL2_DEFAULTS = { canRetry: true, removeNodeErrorCount: 5, restoreNodeTimeout: 0, selector: 'RR' } as const

/**
 * Warns of what a DataSource's `replication` asks of mysql2's pool cluster, and this pool does not do: it watches its hosts
 * itself. A refusal would keep an application from moving here for the sake of a setting that it needs no longer.
 */
export function warnOfUnused(replication: DriverOptions, warn: (message: string) => void = emitWarning): void {
  const unused = Object.entries(MYSQL2_DEFAULTS)
    .filter(([name, usual]) => replication[name] !== undefined && replication[name] !== usual)
    .map(([name]) => `${name}: ${shown(name, replication[name])}`)
  if (unused.length === 0) return
  warn(
    `replication: these have no effect here: ${unused.join(', ')}. The pool watches its hosts, leaves out those that are ` +
      'down and takes them back when they answer; which host is preferred is said by weight and priority in createPool(). ' +
      'Remove them from the DataSource.',
  )
}

function emitWarning(message: string): void {
  process.emitWarning(message, { type: 'HostpoolWarning', code: 'HOSTPOOL_REPLICATION_OPTIONS' })
}
