import { shown } from './data-source-options.js'
import type { DriverOptions } from './data-source-options.js'

/** Options of mysql2's pool cluster for its nodes, with mysql2's defaults. A default in a DataSource asks for nothing. */
const MYSQL2_DEFAULTS = { canRetry: true, removeNodeErrorCount: 5, restoreNodeTimeout: 0, selector: 'RR' } as const

/**
 * Warns of options in a DataSource's `replication` that only mysql2's pool cluster has: this pool watches its hosts itself. An
 * error would keep applications from moving here because of a setting that they no longer need.
 */
export function warnOfUnused(replication: DriverOptions, warn: (message: string) => void = emitWarning): void {
  const unused = Object.entries(MYSQL2_DEFAULTS)
    .filter(([name, usual]) => replication[name] !== undefined && replication[name] !== usual)
    .map(([name]) => `${name}: ${shown(name, replication[name])}`)
  if (unused.length === 0) return
  warn(
    `replication: these options have no effect here: ${unused.join(', ')}. The pool watches its hosts, leaves out those ` +
      'that are down and takes them back when they answer; which host is preferred is said by weight and priority in ' +
      'createPool(). Remove them from the DataSource.',
  )
}

function emitWarning(message: string): void {
  process.emitWarning(message, { type: 'HostpoolWarning', code: 'HOSTPOOL_REPLICATION_OPTIONS' })
}
