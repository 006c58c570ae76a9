import { channels } from './channels.js'
import { Span, type ChannelMessage, type SpanSource } from './span.js'

/** What `mysql-hostpool:connect` tells of each connection that is opened for the pool; those of probes are not. */
export interface ConnectMessage extends ChannelMessage {
  /** `name:port`. */
  readonly host: string
  /** Milliseconds of the handshake and the set-up of the session, with the application's own functions in it. Known at the end. */
  readonly duration: number
  /** `aborted`: the pool has given it up, for it took too long, its host went down, or the pool ended. Undefined until the end. */
  readonly outcome: 'done' | 'failed' | 'aborted' | undefined
}

/** Follows one connect, while there are subscribers. */
export class ConnectSpan extends Span implements ConnectMessage {
  readonly host: string
  duration = 0
  outcome: ConnectMessage['outcome']

  constructor(source: SpanSource, host: string) {
    super(source)
    this.host = host
  }

  start(): this {
    this.startOn(channels.connect)
    return this
  }

  end(outcome: 'done' | 'failed' | 'aborted', error?: Error): void {
    this.duration = this.elapsed
    this.outcome = outcome
    this.finishOn(channels.connect, error)
  }
}
