import * as z from '../zod.js'

import type { Decoding, TypeCast } from '../../sql/decoding.js'
import type { Option } from '../option.js'
import { callback, flag, listOf, oneOf } from '../option-kinds.js'
import { inWords, mysql2Option, option } from '../option-row.js'

/**
 * The decoding options. The pool fills in no defaults: each lease may have its own options, and mysql2 has the defaults. The doc
 * comments of the options are at `Decoding`, which other modules use. The compiler checks that both have the same options.
 */
export const decodingTable = {
  supportBigNumbers: decodingOption(flag(), 'false'),
  bigNumberStrings: decodingOption(flag(), 'false'),
  decimalNumbers: decodingOption(flag(), 'false'),
  dateStrings: decodingOption(
    z.union([z.boolean(), listOf(oneOf('TIMESTAMP', 'DATETIME', 'DATE'))], {
      error: "true, false or an array of 'TIMESTAMP', 'DATETIME' and 'DATE'",
    }),
    'false',
  ),
  jsonStrings: decodingOption(flag(), 'false'),
  timezone: decodingOption(
    // The blank is accepted because an unescaped + in a URL means a blank.
    z
      .string({ error: "'local', 'Z' or '±HH:MM'" })
      .check(
        z.regex(/^(?:local|Z|[ +-](?:0\d|1[0-4]):[0-5]\d)$/, { error: "'local', 'Z' or '±HH:MM', as in '+02:00'" }),
      ),
    'local',
  ),
  typeCast: decodingOption(
    z.union([z.boolean(), callback<Exclude<TypeCast, boolean>>()], { error: 'true, false or a function' }),
    'true',
  ),
  rowsAsArray: decodingOption(flag(), 'false'),
  nestTables: decodingOption(z.union([z.boolean(), z.string()], { error: 'true, false or a separator' }), 'false'),
  namedPlaceholders: decodingOption(flag(), 'false'),
  stringifyObjects: decodingOption(flag(), 'false'),
} satisfies { [Name in keyof Decoding]-?: Option<Decoding[Name] | undefined, Decoding[Name] | undefined, 'decoding'> }

function decodingOption<K extends z.core.$ZodType>(
  kind: K,
  mysql2Default: string,
): Option<z.input<K> | undefined, z.output<K> | undefined, 'decoding'> {
  return mysql2Option(option(kind, inWords(mysql2Default), 'decoding'))
}
