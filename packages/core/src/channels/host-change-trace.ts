import type { Host } from '../hosts/host.js'
import type { HostState } from '../selectors/host-state.js'
import type { Serves } from '../sql/access.js'
import { channels } from './channels.js'
import type { HostChangeMessage } from './host-message.js'
import { Trace, type TraceSource } from './trace.js'

/** Tells of one change of a host. */
export class HostChangeTrace extends Trace implements HostChangeMessage {
  readonly type = 'change'
  readonly host: string
  readonly state: HostState
  readonly before: HostState | undefined
  readonly removed: boolean
  readonly serves: Serves
  readonly writable: boolean
  readonly reason: string

  constructor(source: TraceSource, host: Host, before: HostState | undefined) {
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
