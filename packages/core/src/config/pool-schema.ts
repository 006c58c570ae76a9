import { schemaOf } from './option-row.js'
import { poolTable } from './option-table/pool-options.js'

/** Checks what `createPool` takes, option by option. */
export const poolSchema = schemaOf(poolTable)
