import { describe, expectTypeOf, it } from 'vitest'

import type { SelectorOption } from '../selectors/registry.js'
import type { Decoding } from '../sql/decoding.js'
import type { OptionsOf, PartOf, ValuesOf } from './option.js'
import { milliseconds, name } from './option-kinds.js'
import { inWords, none, option, required } from './option-row.js'
import type { decodingTable } from './option-table/decoding-options.js'
import type { HostOptions, PasswordOption, PemOption, PoolOptions, SslOptions } from './options.js'

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false

/** Names of the options that only one of two types has, or that take other values in one than in the other. */
type Disagreeing<A, B> = {
  [K in keyof A | keyof B]-?: K extends keyof A & keyof B
    ? Same<Exclude<A[K], undefined>, Exclude<B[K], undefined>> extends true
      ? never
      : K
    : K
}[keyof A | keyof B]

const table = {
  needed: required(name()),
  fixed: option(milliseconds(0), 5),
  derived: option(milliseconds(0), inWords('as fixed'), 'connection'),
  open: option(name(), none, 'apart'),
}

// Checked by the compiler.
describe('the types that follow from a table of options', () => {
  it('ask for what is required, and let everything else be left out or undefined', () => {
    expectTypeOf<OptionsOf<typeof table>>().branded.toEqualTypeOf<{
      readonly needed: string
      readonly fixed?: number | undefined
      readonly derived?: number | undefined
      readonly open?: string | undefined
    }>()
  })

  it('know that a fixed default is filled in', () => {
    expectTypeOf<ValuesOf<typeof table>>().toEqualTypeOf<{
      readonly needed: string
      readonly fixed: number
      readonly derived: number | undefined
      readonly open: string | undefined
    }>()
  })

  it('tell the parts of a configuration apart', () => {
    expectTypeOf<PartOf<typeof table, 'pool'>>().toEqualTypeOf<{ readonly fixed: number }>()
    expectTypeOf<PartOf<typeof table, 'connection'>>().toEqualTypeOf<{ readonly derived: number | undefined }>()
  })
})

describe('the types of options', () => {
  it('are those that have names of their own', () => {
    expectTypeOf<PoolOptions['password']>().toEqualTypeOf<PasswordOption | undefined>()
    expectTypeOf<PoolOptions['selector']>().toEqualTypeOf<SelectorOption | undefined>()
    expectTypeOf<SslOptions['ca']>().toEqualTypeOf<PemOption | undefined>()
    expectTypeOf<Exclude<PoolOptions['host'], undefined>>().toEqualTypeOf<string | readonly (string | HostOptions)[]>()
    expectTypeOf<HostOptions['port']>().toEqualTypeOf<number | string | undefined>()
  })

  it('take exactly what Decoding has', () => {
    expectTypeOf<Disagreeing<OptionsOf<typeof decodingTable>, Decoding>>().toBeNever()
  })

  it('would be seen to disagree if they did', () => {
    expectTypeOf<Disagreeing<{ a?: string; b?: number }, { a?: string; c?: number }>>().toEqualTypeOf<'b' | 'c'>()
    expectTypeOf<Disagreeing<{ a?: string }, { a?: string | number }>>().toEqualTypeOf<'a'>()
  })
})
