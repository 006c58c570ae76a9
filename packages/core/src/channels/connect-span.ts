import { channels } from './channels.js'
import { Span, type ChannelMessage, type SpanSource } from './span.js'

/** The message of `mysql-hostpool:connect`: one for each connection that the pool opens, apart from connections of probes. */
export interface ConnectMessage extends ChannelMessage {
  /** `name:port`. */
  readonly host: string
  /** Milliseconds of the handshake and the set-up of the session, the application's own functions included. Known at the end. */
  readonly duration: number
  /**
   * `aborted`: the pool has given the connect up, because the time limit was over, the host went down, or the pool ended.
   * Undefined until the end.
   */
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
