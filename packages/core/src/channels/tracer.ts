import { type CallContext, inOwnContext } from '../call-context.js'
import type { Host } from '../hosts/host.js'
import type { HostState } from '../selectors/host-state.js'
import type { Access } from '../sql/access.js'
import type { StatementKind } from '../sql/statement-kind.js'
import { AcquireSpan } from './acquire-span.js'
import { channels } from './channels.js'
import { ConnectSpan } from './connect-span.js'
import { HostChangeSpan } from './host-change-span.js'
import { ProbeSpan } from './probe-span.js'
import { StatementSpan } from './statement-span.js'
import type { SpanSource } from './span.js'

/**
 * Begins the spans of one pool. While a channel has no subscriber, a call costs a look at the channel: no span is made, and no
 * clock is read.
 */
export class Tracer {
  readonly #source: SpanSource

  constructor(source: SpanSource) {
    this.#source = source
  }

  /** @param what - the command; pings and changes of user are no statements, and have no span */
  statement(
    what: StatementSpan['command'] | 'ping' | 'changeUser',
    sql: string,
    { kind }: StatementKind,
  ): StatementSpan | undefined {
    if (!channels.statement.hasSubscribers || what === 'ping' || what === 'changeUser') return undefined
    return new StatementSpan(this.#source, what, sql, kind).start()
  }

  /** @param context - the asynchronous context of the caller. Default: the present one */
  acquire(access: Access | undefined, context?: CallContext): AcquireSpan | undefined {
    if (!channels.acquire.hasSubscribers) return undefined
    const begin = (): AcquireSpan => new AcquireSpan(this.#source, access).start()
    return context === undefined ? begin() : context.runInAsyncScope(begin)
  }

  connect(host: string): ConnectSpan | undefined {
    if (!channels.connect.hasSubscribers) return undefined
    return inOwnContext(() => new ConnectSpan(this.#source, host).start(), undefined)
  }

  probe(host: string): ProbeSpan | undefined {
    if (!channels.host.hasSubscribers) return undefined
    return inOwnContext(() => new ProbeSpan(this.#source, host).start(), undefined)
  }

  hostChanged(host: Host, before: HostState | undefined): void {
    if (!channels.host.hasSubscribers) return
    inOwnContext(() => new HostChangeSpan(this.#source, host, before).tell(), undefined)
  }
}
