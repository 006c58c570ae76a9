import type { Decoding } from '../sql/decoding.js'
import { decodingTable } from './option-table/decoding-options.js'

/** The names of the decoding options. */
export const decodingNames = Object.keys(decodingTable) as readonly (keyof Decoding)[]
