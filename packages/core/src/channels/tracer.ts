import { type CallContext, inOwnContext } from '../call-context.js'
import type { Host } from '../hosts/host.js'
import type { HostState } from '../selectors/host-state.js'
import type { Access } from '../sql/access.js'
import type { StatementKind } from '../sql/statement-kind.js'
import { AcquireTrace } from './acquire-trace.js'
import { channels } from './channels.js'
import { ConnectTrace } from './connect-trace.js'
import { HostChangeTrace } from './host-change-trace.js'
import { ProbeTrace } from './probe-trace.js'
import { StatementTrace } from './statement-trace.js'
import type { TraceSource } from './trace.js'

/**
 * Begins what one pool tells through its channels. While nothing listens, each question costs a look at the channel: nothing is
 * made, and no clock is read.
 */
export class Tracer {
  readonly #source: TraceSource

  constructor(source: TraceSource) {
    this.#source = source
  }

  /** @param what - of which pings and changes of user are no statements */
  statement(
    what: StatementTrace['command'] | 'ping' | 'changeUser',
    sql: string,
    { kind }: StatementKind,
  ): StatementTrace | undefined {
    if (!channels.statement.hasSubscribers || what === 'ping' || what === 'changeUser') return undefined
    return new StatementTrace(this.#source, what, sql, kind).start()
  }

  /** @param context - of the caller; default: the present one */
  acquire(access: Access | undefined, context?: CallContext): AcquireTrace | undefined {
    if (!channels.acquire.hasSubscribers) return undefined
    const begin = (): AcquireTrace => new AcquireTrace(this.#source, access).start()
    return context === undefined ? begin() : context.runInAsyncScope(begin)
  }

  connect(host: string): ConnectTrace | undefined {
    if (!channels.connect.hasSubscribers) return undefined
    return inOwnContext(() => new ConnectTrace(this.#source, host).start(), undefined)
  }

  probe(host: string): ProbeTrace | undefined {
    if (!channels.host.hasSubscribers) return undefined
    return inOwnContext(() => new ProbeTrace(this.#source, host).start(), undefined)
  }

  hostChanged(host: Host, before: HostState | undefined): void {
    if (!channels.host.hasSubscribers) return
    inOwnContext(() => new HostChangeTrace(this.#source, host, before).tell(), undefined)
  }
}
