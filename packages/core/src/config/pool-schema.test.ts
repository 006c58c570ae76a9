import { describe, expectTypeOf, it } from 'vitest'
import type * as z from './zod.js'

import type { DiscoveryOptions, HealthOptions, HostOptions, PoolOptions, SslOptions } from './options.js'
import type { discoverySchema, healthSchema, hostSchema, poolSchema, sslSchema } from './pool-schema.js'

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false

/** Names of the options that only one of two types has, or that take other values in one than in the other. */
type Disagreeing<A, B> = {
  [K in keyof A | keyof B]-?: K extends keyof A & keyof B
    ? Same<Exclude<A[K], undefined>, Exclude<B[K], undefined>> extends true
      ? never
      : K
    : K
}[keyof A | keyof B]

/** A port given as digits is a number before the schema sees it. */
type Ported<T> = Omit<T, 'port'> & { port?: number | undefined }
type PortedPool = Omit<Ported<PoolOptions>, 'host'> & { host?: string | readonly (string | Ported<HostOptions>)[] }

// Checked by the compiler: the types are written by hand, and the schema is what is checked at run time.
describe('the schema', () => {
  it('takes exactly the options that PoolOptions has', () => {
    expectTypeOf<Disagreeing<z.input<typeof poolSchema>, PortedPool>>().toBeNever()
  })

  it('takes exactly what HostOptions, HealthOptions, DiscoveryOptions and SslOptions have', () => {
    expectTypeOf<Disagreeing<z.input<typeof hostSchema>, Ported<HostOptions>>>().toBeNever()
    expectTypeOf<Disagreeing<z.input<typeof healthSchema>, HealthOptions>>().toBeNever()
    expectTypeOf<Disagreeing<z.input<typeof discoverySchema>, DiscoveryOptions>>().toBeNever()
    expectTypeOf<Disagreeing<z.input<typeof sslSchema>, SslOptions>>().toBeNever()
  })

  it('would be seen to disagree if it did', () => {
    expectTypeOf<Disagreeing<{ a?: string; b?: number }, { a?: string; c?: number }>>().toEqualTypeOf<'b' | 'c'>()
    expectTypeOf<Disagreeing<{ a?: string }, { a?: string | number }>>().toEqualTypeOf<'a'>()
  })
})
