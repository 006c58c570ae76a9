import type { Tracer } from '../channels/tracer.js'
import type { Clock } from '../clock.js'
import type { HostSet } from '../hosts/host-set.js'
import type { SelectorOption } from '../selectors/registry.js'
import type { HostSelector, Random } from '../selectors/selector.js'
import type { PoolEmitter } from './emitter.js'
import type { HostWatch } from './host-watch.js'
import type { Connector, Resource } from './resource.js'

/** The options of a pool that the engine uses; `PoolOptions` explains each. */
export interface EngineOptions {
  readonly poolName: string
  readonly connectionLimit: number
  readonly minIdle: number
  readonly maxIdle: number
  readonly idleTimeout: number
  readonly maxLifetime: number
  readonly maxConnecting: number
  readonly waitForConnections: boolean
  readonly queueLimit: number
  readonly acquireTimeout: number
  readonly noHostTimeout: number
  readonly validateAfterIdle: number | false
  readonly validationTimeout: number
  readonly leakDetectionThreshold: number
  readonly endTimeout: number
  readonly selector: SelectorOption
  readonly zone: string | undefined
  readonly health: { readonly slowStart: number }
}

/** The parts that the engine gets from outside. Tests replace them, and run the engine on virtual time with fake servers. */
export interface EngineEnvironment<R extends Resource> {
  readonly clock: Clock
  readonly random: Random
  readonly connector: Connector<R>
  readonly hosts: HostSet
  readonly selector: HostSelector
  readonly watch: HostWatch
  readonly emitter: PoolEmitter
  readonly tracer: Tracer
}
