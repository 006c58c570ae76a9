import type { TracingChannel } from 'node:diagnostics_channel'

import { CallContext } from '../call-context.js'
import type { Clock } from '../clock.js'
import { errorType } from './error-type.js'

/** Whose messages they are. */
export interface SpanSource {
  readonly pool: object
  readonly poolName: string
  readonly clock: Clock
}

/** What every message has. Plain properties can be logged as they are; what is read by a getter is not among them. */
export interface ChannelMessage {
  /** The option `poolName`. */
  readonly poolName: string
  /** The pool, for comparison: several may have one name. A getter. */
  readonly pool: object
  /** The code of the error, or its number, or its name; undefined while nothing has failed. */
  readonly errorType: string | undefined
  /** The error, as the caller is told it. A server's message may cite values of a statement. A getter. */
  readonly error: Error | undefined
}

/** Something with a beginning and an end, told to a tracing channel: one object for all of its events. */
export abstract class Span implements ChannelMessage {
  readonly poolName: string
  errorType: string | undefined
  readonly #source: SpanSource
  readonly #startedAt: number
  #error: Error | undefined
  /** In which it goes on: with what subscribers have bound to the channel. */
  #context = new CallContext()

  constructor(source: SpanSource) {
    this.poolName = source.poolName
    this.#source = source
    this.#startedAt = source.clock.now()
  }

  get pool(): object {
    return this.#source.pool
  }

  get error(): Error | undefined {
    return this.#error
  }

  /** The asynchronous context in which it goes on. */
  get context(): CallContext {
    return this.#context
  }

  /** Milliseconds since it began. */
  protected get elapsed(): number {
    return this.#source.clock.now() - this.#startedAt
  }

  /** Tells of the beginning. */
  protected startOn(channel: TracingChannel<unknown, object>): void {
    channel.start.runStores(this, () => {
      this.#context = new CallContext()
      channel.end.publish(this)
    })
  }

  /** Tells of the end, in the context of the beginning. @param failure - why it failed, where it did */
  protected finishOn(channel: TracingChannel<unknown, object>, failure: Error | undefined): void {
    if (failure !== undefined) this.fail(failure)
    this.#context.runInAsyncScope(() => {
      if (failure !== undefined) channel.error.publish(this)
      channel.asyncStart.publish(this)
      channel.asyncEnd.publish(this)
    })
  }

  protected fail(error: Error): void {
    this.#error = error
    this.errorType = errorType(error)
  }
}
