import { channels } from './channels.js'
import type { ProbeMessage } from './host-message.js'
import { Span, type SpanSource } from './span.js'

/** The verdict of a probe, as far as the message has it. */
export interface ProbeVerdict {
  /** Whether the answer came over a new connection. */
  readonly fresh: boolean
  readonly result: {
    readonly usable: boolean
    readonly reason: string
    readonly writable?: boolean
    readonly lastResort?: boolean
  }
}

/** Follows one probe, while there are subscribers. */
export class ProbeSpan extends Span implements ProbeMessage {
  readonly type = 'probe'
  readonly host: string
  duration = 0
  fresh: boolean | undefined
  usable: boolean | undefined
  writable: boolean | undefined
  lastResort: boolean | undefined
  reason = ''
  outcome: ProbeMessage['outcome']

  constructor(source: SpanSource, host: string) {
    super(source)
    this.host = host
  }

  start(): this {
    this.startOn(channels.host)
    return this
  }

  end(error: Error | null, verdict?: ProbeVerdict): void {
    if (verdict !== undefined) {
      const { usable, writable, lastResort, reason } = verdict.result
      this.fresh = verdict.fresh
      this.usable = usable
      this.writable = usable && writable === true
      this.lastResort = usable && lastResort === true
      this.reason = reason
    } else if (error !== null) this.reason = error.message
    this.#end(verdict === undefined ? 'failed' : 'done', error ?? undefined)
  }

  aborted(): void {
    this.#end('aborted')
  }

  #end(outcome: 'done' | 'failed' | 'aborted', error?: Error): void {
    this.duration = this.elapsed
    this.outcome = outcome
    this.finishOn(channels.host, error)
  }
}
