import type { OptionTable } from './option.js'
import { discoveryTable } from './option-table/discovery-options.js'
import { healthTable } from './option-table/health-options.js'
import { hostTable } from './option-table/host-options.js'
import { sslTable } from './option-table/ssl-options.js'

/** The tables of the options whose values are objects or lists of objects, by the names of these options. */
export const nestedTables: Readonly<Record<string, OptionTable>> = {
  host: hostTable,
  ssl: sslTable,
  health: healthTable,
  discovery: discoveryTable,
}
