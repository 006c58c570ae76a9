import type { PoolOptions } from '../../config/options.js'
import type { Access } from '../../sql/access.js'
import type { SelectorName } from '../../selectors/registry.js'
import type { HostSignal } from '../../hosts/host-condition.js'
import type { ServerWays } from '../fake-server.js'
import type { Life as AnyLife } from '../search/lives.js'

export type { Violation } from '../search/lives.js'

/** What a borrower does within the very call that gives it the connection. */
export type Afterwards = 'keep' | 'return' | 'return twice' | 'destroy' | 'ask again'

/**
 * One step of a random life of a pool. Plain data, so that it can be printed and read again; `which` counts among what there
 * is at that moment, so that a step stays possible when others are left out.
 */
export type Operation =
  | { readonly do: 'ask'; readonly access?: Access; readonly within?: number; readonly next: Afterwards }
  | { readonly do: 'return'; readonly which: number; readonly left: 'nothing' | 'traces' | 'damage' }
  | { readonly do: 'use'; readonly which: number; readonly access: Access; readonly force: boolean }
  | { readonly do: 'destroy'; readonly which: number }
  /** A borrower asks for something with a checkout that it has ended before; `which` counts from the one that ended last. */
  | {
      readonly do: 'stale'
      readonly which: number
      readonly asks: 'release' | 'discard' | 'use'
      readonly access: Access
      readonly force: boolean
    }
  | { readonly do: 'cancel'; readonly which: number }
  | { readonly do: 'wait'; readonly time: number }
  | { readonly do: 'change'; readonly server: number; readonly ways: Partial<ServerWays> }
  | { readonly do: 'drop' | 'freeze' | 'thaw'; readonly server: number }
  | { readonly do: 'signal'; readonly server: number; readonly signal: HostSignal }
  | { readonly do: 'add' }
  | { readonly do: 'remove'; readonly server: number }
  | { readonly do: 'refresh' }
  | { readonly do: 'end' }

/** The options of a pool that a life is about. */
export type LifeOptions = Pick<
  PoolOptions,
  | 'connectionLimit'
  | 'minIdle'
  | 'maxIdle'
  | 'idleTimeout'
  | 'maxLifetime'
  | 'maxConnecting'
  | 'waitForConnections'
  | 'queueLimit'
  | 'acquireTimeout'
  | 'noHostTimeout'
  | 'validateAfterIdle'
  | 'validationTimeout'
  | 'leakDetectionThreshold'
  | 'endTimeout'
> & {
  readonly hosts: readonly { readonly weight?: number; readonly connectionLimit?: number }[]
  readonly selector: SelectorName
  readonly connectTimeout: number
  /** Listeners of the pool's events that use the pool while they are told. */
  readonly meddlers: boolean
}

export type Life = AnyLife<LifeOptions, Operation>
