import { nearestName, unknownName } from '../config/known-names.js'
import { kindOf, redact } from '../config/redact.js'
import { HostpoolError } from '../errors/hostpool-error.js'
import { eventNames } from '../pool/event-names.js'
import type { PoolEventName, PoolEvents } from '../pool/events.js'
import type { Pool } from '../pool.js'
import { eventFields, eventText } from './event-text.js'
import { type EventLogger, formatOf, type LogFormat, logFormats, methodFor, writeLine } from './log-format.js'
import { defaultLevels, logLevels, type LogLevels } from './log-levels.js'
import { RepeatLimit } from './repeat-limit.js'

/** Which events `logEvents` writes, and how. */
export interface LogEventsOptions {
  /**
   * The level of events, by their names; `false` leaves an event out. Default: `allHostsDown` error; `hostDown`, `connectFailed`,
   * `acquireTimeout`, `leak` and `warning` warn; the other events of hosts, `leakReturned` and `end` info; `connectionOpened`,
   * `connectionClosed`, `acquire`, `enqueue` and `release` false.
   */
  readonly levels?: LogLevels | undefined
  /** How the logger takes a line. Default: found out from the logger; `text` for a logger of an unknown kind. */
  readonly format?: LogFormat | undefined
}

const OPTIONS: readonly (keyof LogEventsOptions)[] = ['levels', 'format']

/**
 * Writes the events of a pool to a logger, until the returned function is called. pino gets an object and a text, winston a text
 * and an object, `console` and any other logger a text. No line holds a secret. `connectFailed`, `acquireTimeout` and `leak`,
 * which may come by the thousand, make one line a second for each host; the next line tells how many it stands for.
 * @throws ERR_HOSTPOOL_CONFIG for unknown options and events, and for a logger without the methods that are needed.
 */
export function logEvents(pool: Pool, logger: EventLogger, options: LogEventsOptions = {}): () => void {
  checkPool(pool)
  checkOptions(logger, options)
  const format = options.format ?? formatOf(logger)
  // Each method is found before the first listener is there, so that a throw leaves none behind.
  const lines = eventNames.flatMap((name) => {
    const level = options.levels?.[name] ?? defaultLevels[name]
    return level === false ? [] : [{ name, method: methodFor(logger, level, format) }]
  })
  const stops = lines.map(({ name, method }) =>
    listen(pool, name, (text, fields) => writeLine(logger, method, format, text, fields)),
  )
  return () => {
    for (const stop of stops.splice(0)) stop()
  }
}

type Write = (text: string, fields: () => object) => unknown

function listen(pool: Pool, name: PoolEventName, write: Write): () => void {
  const limit = new RepeatLimit()
  const listener = (event: PoolEvents[PoolEventName]): unknown => {
    const omitted = isRepeated(name) ? limit.take('host' in event ? String(event.host) : '') : 0
    if (omitted === undefined) return undefined
    const text = eventText(name, event)
    if (omitted === 0) return write(text, () => eventFields(name, event))
    const more = `${text} (and ${omitted} more since the last line)`
    return write(more, () => ({ ...eventFields(name, event), omitted }))
  }
  // The pool hears the rejection of a promise that a listener returns.
  pool.on(name, listener)
  return () => void pool.off(name, listener)
}

function isRepeated(name: PoolEventName): boolean {
  return name === 'connectFailed' || name === 'acquireTimeout' || name === 'leak'
}

function checkPool(pool: unknown): void {
  if (typeof pool === 'object' && pool !== null && 'status' in pool && 'on' in pool) return
  throw wrong(`the first argument has to be a pool of createPool(), not ${kindOf(pool)}`)
}

function checkOptions(logger: unknown, options: LogEventsOptions): void {
  // A logger may be a function with methods.
  const isLogger = (typeof logger === 'object' && logger !== null) || typeof logger === 'function'
  if (!isLogger) throw wrong(`the second argument has to be a logger, not ${kindOf(logger)}`)
  if (typeof options !== 'object' || options === null) {
    throw wrong(`the options have to be an object { levels, format }, not ${kindOf(options)}`)
  }
  for (const name of Object.keys(options)) {
    if (!(OPTIONS as readonly string[]).includes(name)) throw wrong(`${name}: ${unknownName(name, OPTIONS)}`)
  }
  const { format, levels } = options
  if (format !== undefined && !logFormats.includes(format)) {
    throw wrong(`format: ${redact(format, [])} is none of ${logFormats.join(', ')}`)
  }
  if (levels === undefined) return
  if (typeof levels !== 'object' || levels === null) throw wrong(`levels has to be an object, not ${kindOf(levels)}`)
  for (const [name, level] of Object.entries(levels)) {
    if (!(eventNames as readonly string[]).includes(name)) {
      const nearest = nearestName(name, eventNames)
      throw wrong(
        `levels.${name}: a pool has no such event${nearest === undefined ? '' : `; did you mean ${nearest}?`}`,
      )
    }
    if (level !== undefined && level !== false && !logLevels.includes(level)) {
      throw wrong(`levels.${name}: ${redact(level, [])} is none of ${logLevels.join(', ')} and false`)
    }
  }
}

function wrong(problem: string): HostpoolError {
  return new HostpoolError('ERR_HOSTPOOL_CONFIG', `logEvents: ${problem}`)
}
