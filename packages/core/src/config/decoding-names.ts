import * as z from './zod.js'

import type { Decoding } from '../sql/decoding.js'
import { decodingSchema } from './pool-schema.js'

/** Names of the options that say how values are decoded. */
export const decodingNames: readonly (keyof Decoding)[] = z.keyof(decodingSchema).options
