import type { Decoding } from '../sql/decoding.js'
import { decodingTable } from './option-table/decoding-options.js'

/** Names of the options that say how values are decoded. */
export const decodingNames = Object.keys(decodingTable) as readonly (keyof Decoding)[]
