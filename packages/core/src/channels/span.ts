import type { TracingChannel } from 'node:diagnostics_channel'

import { CallContext } from '../call-context.js'
import type { Clock } from '../clock.js'
import { errorType } from './error-type.js'

/** The pool of the messages, and its clock. */
export interface SpanSource {
  readonly pool: object
  readonly poolName: string
  readonly clock: Clock
}

/**
 * The properties of every message. Plain properties can be logged as they are. Getters are no plain properties, so a log leaves
 * them out.
 */
export interface ChannelMessage {
  /** The option `poolName`. */
  readonly poolName: string
  /** The pool, for comparison, since several pools may have the same name. A getter. */
  readonly pool: object
  /** The code of the error, or its number, or its name; undefined without an error. */
  readonly errorType: string | undefined
  /** The error that the caller gets. The message of a server's error may cite values of a statement. A getter. */
  readonly error: Error | undefined
}

/** An operation with a beginning and an end on a tracing channel. One object is the message of all events. */
export abstract class Span implements ChannelMessage {
  readonly poolName: string
  errorType: string | undefined
  readonly #source: SpanSource
  readonly #startedAt: number
  #error: Error | undefined
  /** The context in which the operation goes on: it has the stores that subscribers have bound to the channel. */
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

  /** The asynchronous context in which the operation goes on. */
  get context(): CallContext {
    return this.#context
  }

  /** Milliseconds since the beginning. */
  protected get elapsed(): number {
    return this.#source.clock.now() - this.#startedAt
  }

  /** Publishes the beginning. */
  protected startOn(channel: TracingChannel<unknown, object>): void {
    channel.start.runStores(this, () => {
      this.#context = new CallContext()
      channel.end.publish(this)
    })
  }

  /** Publishes the end, in the context of the beginning. @param failure - the error of an operation that has failed */
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
