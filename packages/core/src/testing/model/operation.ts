import type { PoolOptions } from '../../config/options.js'
import type { Access } from '../../sql/access.js'
import type { SelectorName } from '../../selectors/registry.js'
import type { HostSignal } from '../../hosts/host-condition.js'
import type { ServerWays } from '../fake-server.js'
import type { Life as AnyLife } from '../search/lives.js'

export type { Violation } from '../search/lives.js'

/** The action of a borrower within the call that gives it the connection. */
export type Afterwards = 'keep' | 'return' | 'return twice' | 'destroy' | 'ask again'

/**
 * One step of a random life of a pool: plain data, which can be printed and read again. `which` counts among the items that exist
 * at that moment, so that a step stays possible when other steps are left out.
 */
export type Operation =
  | { readonly do: 'ask'; readonly access?: Access; readonly within?: number; readonly next: Afterwards }
  | { readonly do: 'return'; readonly which: number; readonly left: 'nothing' | 'traces' | 'damage' }
  | { readonly do: 'use'; readonly which: number; readonly access: Access; readonly force: boolean }
  | { readonly do: 'destroy'; readonly which: number }
  /** A borrower makes a request with a checkout that it has ended before; `which` counts from the last one to end. */
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

/** The options of the pool of a life. */
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
  /** Whether listeners of the pool's events use the pool within the event. */
  readonly meddlers: boolean
}

export type Life = AnyLife<LifeOptions, Operation>
