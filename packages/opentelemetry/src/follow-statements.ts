import type { Pool, StatementMessage } from '@mysql-hostpool/core'
import { type Attributes, type Span, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api'

import { failureAttributes } from './failure.js'
import type { Instruments } from './instruments.js'
import { Attribute, OwnAttribute } from './names.js'
import { operationName } from './operation-name.js'
import { serverAttributes, systemName } from './server.js'
import { subscribe } from './subscribe.js'

/** The tracer for the spans of statements, and whether the spans have the text. */
export interface Spans {
  readonly tracer: Tracer
  readonly queryText: boolean
}

/** Records the duration of each statement, and a span where spans are wanted. @returns a function that ends the recording */
export function followStatements(
  pool: Pool,
  poolName: string,
  instruments: Instruments,
  spans: Spans | undefined,
): () => void {
  const { database } = pool.config.connection
  const common: Attributes = {
    [Attribute.poolName]: poolName,
    ...(database !== undefined && { [Attribute.namespace]: database }),
  }
  /** The product of the pool's servers, as the last answer told it. */
  let system: string = 'mysql'
  const open = new WeakMap<StatementMessage, { readonly span: Span; readonly startedAt: number }>()

  const startSpan = (message: StatementMessage, { tracer, queryText }: Spans): void => {
    const operation = operationName(message.verb)
    const startedAt = Date.now()
    const span = tracer.startSpan([operation, database].filter((part) => part !== undefined).join(' ') || system, {
      kind: SpanKind.CLIENT,
      startTime: startedAt,
      attributes: {
        ...common,
        [Attribute.systemName]: system,
        ...(operation !== undefined && { [Attribute.operationName]: operation }),
        ...(queryText && { [Attribute.queryText]: message.sql }),
      },
    })
    open.set(message, { span, startedAt })
  }

  /** @param found - attributes that were unknown at the start of the statement */
  const endSpan = (message: StatementMessage, found: Attributes): void => {
    const { span, startedAt } = open.get(message) ?? {}
    if (span === undefined || startedAt === undefined) return
    span.setAttributes({
      ...found,
      [OwnAttribute.attempts]: message.attempts,
      [OwnAttribute.waitTime]: message.waited / 1000,
    })
    if (message.outcome !== undefined) span.setAttribute(OwnAttribute.outcome, message.outcome)
    for (const { host, at, cause } of message.sent) {
      if (cause === 'first') continue
      const attributes = serverAttributes(host)
      if (cause === 'hedge') span.addEvent('hedge', attributes, startedAt + at)
      else span.addEvent('retry', { ...attributes, [OwnAttribute.retryCause]: cause }, startedAt + at)
    }
    // A server's message may cite values of the statement.
    if (message.error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR })
    span.end(startedAt + message.waited + message.wire)
  }

  return subscribe('mysql-hostpool:statement', pool, {
    ...(spans !== undefined && { start: (message: StatementMessage) => startSpan(message, spans) }),
    asyncEnd: (message) => {
      if (message.serverVersion !== undefined) system = systemName(message.serverVersion)
      const operation = operationName(message.verb)
      const found: Attributes = {
        [Attribute.systemName]: system,
        ...(message.host !== undefined && serverAttributes(message.host)),
        ...(message.errorType !== undefined && failureAttributes(message.error, message.errorType)),
      }
      instruments.operations.record((message.waited + message.wire) / 1000, {
        ...common,
        ...(operation !== undefined && { [Attribute.operationName]: operation }),
        ...found,
      })
      if (spans !== undefined) endSpan(message, found)
    },
  })
}
