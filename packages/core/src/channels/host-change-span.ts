import type { Host } from '../hosts/host.js'
import type { HostState } from '../selectors/host-state.js'
import type { Serves } from '../sql/access.js'
import { channels } from './channels.js'
import type { HostChangeMessage } from './host-message.js'
import { Span, type SpanSource } from './span.js'

/** The message of one change of a host. */
export class HostChangeSpan extends Span implements HostChangeMessage {
  readonly type = 'change'
  readonly host: string
  readonly state: HostState
  readonly before: HostState | undefined
  readonly removed: boolean
  readonly serves: Serves
  readonly writable: boolean
  readonly reason: string

  constructor(source: SpanSource, host: Host, before: HostState | undefined) {
    super(source)
    const { name, state, removed, serves, condition } = host
    this.host = name
    this.state = state
    this.before = before
    this.removed = removed
    this.serves = serves
    this.writable = condition.writable
    this.reason = condition.reason
    if (condition.error !== undefined) this.fail(condition.error)
  }

  tell(): void {
    this.startOn(channels.host)
  }
}
