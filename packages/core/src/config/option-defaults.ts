import * as z from './zod.js'

import { discoverySchema, healthSchema, hostSchema, poolSchema, sslSchema } from './pool-schema.js'

/** Defaults that depend on another option, or on what is outside the pool, in words. */
const inWords: Readonly<Record<string, string>> = {
  host: 'localhost',
  maxIdle: 'connectionLimit',
  hedgeReads: 'as retryReads',
  health: 'the defaults of its parts',
  'health.retryInterval': '500, or health.interval when that is less',
  'host[].port': 'port',
  'host[].weight': '1',
  'host[].priority': 'place in the list, from 0',
  'host[].connectionLimit': 'connectionLimit',
  'host[].servername': 'host',
  'ssl.verifyIdentity': 'ssl.rejectUnauthorized',
  flags: "mysql2's, without LOCAL_FILES",
  timezone: 'local',
  typeCast: 'true',
  supportBigNumbers: 'false',
  bigNumberStrings: 'false',
  decimalNumbers: 'false',
  dateStrings: 'false',
  jsonStrings: 'false',
  rowsAsArray: 'false',
  nestTables: 'false',
  namedPlaceholders: 'false',
  stringifyObjects: 'false',
}

/**
 * Every option's name and its default as a reader is told it; `none` where leaving the option out just leaves it out. Options
 * within others are named `health.interval`, `ssl.ca` and `host[].weight`.
 */
export const optionDefaults: Readonly<Record<string, string>> = Object.freeze({
  ...defaultsOf(poolSchema, ''),
  ...defaultsOf(hostSchema, 'host[].'),
  ...defaultsOf(sslSchema, 'ssl.'),
  ...defaultsOf(healthSchema, 'health.'),
  ...defaultsOf(discoverySchema, 'discovery.'),
})

function defaultsOf(schema: z.ZodMiniObject, prefix: string): Record<string, string> {
  const named = Object.entries(schema.shape).map(([name, option]) => {
    const path = prefix + name
    return [
      path,
      inWords[path] ?? (option instanceof z.ZodMiniDefault ? shown(option.def.defaultValue) : 'none'),
    ] as const
  })
  return Object.fromEntries(named)
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
