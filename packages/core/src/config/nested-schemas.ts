import { schemaOf } from './option-row.js'
import type { Kind } from './option-row.js'
import { decodingTable } from './option-table/decoding-options.js'
import { discoveryTable } from './option-table/discovery-options.js'
import type { DiscoveryOptions, DiscoveryValues } from './option-table/discovery-options.js'
import { healthTable } from './option-table/health-options.js'
import type { HealthOptions, HealthValues } from './option-table/health-options.js'
import { hostTable } from './option-table/host-options.js'
import type { HostOptions, HostValues } from './option-table/host-options.js'
import { sslTable } from './option-table/ssl-options.js'
import type { SslOptions, SslValues } from './option-table/ssl-options.js'

// Not in the files of the tables: their types are public, and the types of schemas belong to zod.

/** One host given as an object. */
export const hostSchema: Kind<HostOptions, HostValues> = schemaOf(hostTable, 'an object { host, … }')

export const healthSchema: Kind<HealthOptions, HealthValues> = schemaOf(healthTable, 'an object { probe, interval, … }')

export const discoverySchema: Kind<DiscoveryOptions, DiscoveryValues> = schemaOf(
  discoveryTable,
  'an object { from, interval, … }',
)

export const sslSchema: Kind<SslOptions, SslValues> = schemaOf(sslTable)

/** The decoding options of one borrower or one statement. */
export const decodingSchema = schemaOf(decodingTable, 'an object { dateStrings, timezone, … }')
