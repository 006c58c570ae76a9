import type { Access } from '../sql/access.js'
import { channels } from './channels.js'
import { Span, type ChannelMessage, type SpanSource } from './span.js'

/** The message of `mysql-hostpool:acquire`: one for each connection that is taken from the pool, also for a retry or a hedge. */
export interface AcquireMessage extends ChannelMessage {
  /** Whether the connection is for reads or writes, where the caller has said so. */
  readonly access: Access | undefined
  /** `name:port` of the host of the connection; undefined until the caller has a connection. */
  readonly host: string | undefined
  /** Milliseconds until the caller had a connection, or an error. Known at the end. */
  readonly waited: number
  /** `done`, or `failed`: the caller got an error. Undefined until the end. */
  readonly outcome: 'done' | 'failed' | undefined
}

/** Follows one caller to its connection, while there are subscribers. */
export class AcquireSpan extends Span implements AcquireMessage {
  readonly access: Access | undefined
  host: string | undefined
  waited = 0
  outcome: AcquireMessage['outcome']

  constructor(source: SpanSource, access: Access | undefined) {
    super(source)
    this.access = access
  }

  start(): this {
    this.startOn(channels.acquire)
    return this
  }

  acquired(host: string): void {
    this.host = host
    this.outcome = 'done'
    this.#end()
  }

  failed(error: Error): void {
    this.outcome = 'failed'
    this.#end(error)
  }

  #end(error?: Error): void {
    this.waited = this.elapsed
    this.finishOn(channels.acquire, error)
  }
}
