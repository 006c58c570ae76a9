import type { PoolEventName, PoolEvents } from '../pool/events.js'

type Texts = { readonly [E in PoolEventName]: (event: PoolEvents[E]) => string }

const texts: Texts = {
  connectionOpened: ({ host, duration }) => `a connection to ${host} was opened in ${ms(duration)}`,
  connectionClosed: ({ host, age, reason }) => `a connection to ${host} was closed after ${ms(age)}: ${reason}`,
  connectFailed: ({ host, duration, error }) => `a connect to ${host} failed after ${ms(duration)}: ${error.message}`,
  acquire: ({ host, waited }) => `a connection to ${host} was checked out after a wait of ${ms(waited)}`,
  enqueue: ({ waiting }) => `no connection is free; ${callers(waiting)}`,
  release: ({ host, held }) => `a connection to ${host} was released after ${ms(held)}`,
  acquireTimeout: ({ waited, waiting }) => `a caller got no connection within ${ms(waited)}; ${callers(waiting)}`,
  hostAdded: ({ host, origin }) => `${host} was added (${origin})`,
  hostRemoved: ({ host, reason }) => `${host} was removed${because(reason)}`,
  hostUp: ({ host, reason }) => `${host} is up${because(reason)}`,
  hostSuspect: ({ host, reason }) => `${host} is suspect${because(reason)}`,
  hostDown: ({ host, reason }) => `${host} is down${because(reason)}`,
  hostDraining: ({ host }) => `${host} is draining`,
  allHostsDown: ({ reasons }) =>
    `no host can be used: ${Object.entries(reasons)
      .map(([host, reason]) => `${host}: ${reason}`)
      .join('; ')}`,
  leak: ({ host, held, stack }) =>
    `a connection to ${host} has been checked out for ${ms(held)}; its borrower: ${stack}`,
  leakReturned: ({ host, held }) => `a connection to ${host} that looked like a leak was released after ${ms(held)}`,
  warning: ({ message }) => message,
  end: () => 'the pool has ended',
}

/** An event as one sentence, which begins with the name of its pool. */
export function eventText<E extends PoolEventName>(name: E, event: PoolEvents[E]): string {
  return `pool '${event.poolName}': ${withoutCredentials(texts[name](event))}`
}

/**
 * An event as plain fields: its name, its pool, and its own fields. An error becomes its code, its number and its message:
 * the properties that a driver or an application has added to it stay out of the log.
 */
export function eventFields<E extends PoolEventName>(name: E, event: PoolEvents[E]): Readonly<Record<string, unknown>> {
  const fields: Record<string, unknown> = { event: name }
  for (const [field, value] of Object.entries(event)) {
    // The text says it, and winston appends a field of this name to the text.
    if (field === 'message' || value === undefined) continue
    fields[field] = plain(value)
  }
  return fields
}

function plain(value: unknown): unknown {
  if (value instanceof Error) return errorFields(value)
  if (typeof value === 'string') return withoutCredentials(value)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]))
}

function errorFields(error: Error): Readonly<Record<string, unknown>> {
  const { code, errno, sqlState } = error as Error & Readonly<Record<string, unknown>>
  const known = Object.entries({ code, errno, sqlState }).filter(
    ([, value]) => typeof value === 'string' || typeof value === 'number',
  )
  return { ...Object.fromEntries(known), message: withoutCredentials(error.message) }
}

/** An application's own function may have failed with a URL in its error's message. */
function withoutCredentials(text: string): string {
  return text.replaceAll(/\/\/[^/\s@]+@/g, '//***@')
}

function because(reason: string): string {
  return reason === '' ? '' : `: ${reason}`
}

function callers(waiting: number): string {
  return waiting === 1 ? '1 caller waits' : `${waiting} callers wait`
}

function ms(milliseconds: number): string {
  return `${Math.round(milliseconds)} ms`
}
