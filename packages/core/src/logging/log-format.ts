import { HostpoolError } from '../errors/hostpool-error.js'
import type { LogLevel } from './log-levels.js'

/**
 * How a logger takes a line: `pino` an object and then the text, `winston` the text and then an object, `text` nothing but the
 * text.
 */
export type LogFormat = 'pino' | 'winston' | 'text'

export const logFormats: readonly LogFormat[] = ['pino', 'winston', 'text']

/** A method of a logger that takes a line. */
export type LogMethod = (...line: never[]) => unknown

/** A logger: pino, winston, bunyan, `console`, Nest's, or any object with some of these methods. */
export interface EventLogger {
  /** Takes lines of the level error. */
  readonly error?: LogMethod | undefined
  /** Takes lines of the level warn. */
  readonly warn?: LogMethod | undefined
  /** The same by the name of syslog's levels. */
  readonly warning?: LogMethod | undefined
  /** Takes lines of the level info. */
  readonly info?: LogMethod | undefined
  /** Takes lines of the level debug. */
  readonly debug?: LogMethod | undefined
  /** Takes lines of a level that has no method of its own, as with Nest's loggers. */
  readonly log?: LogMethod | undefined
}

/** The methods that take a line of a level, the best first. Syslog's levels have `warning`, and Nest's loggers have no `info`. */
const methods: Readonly<Record<LogLevel, readonly (keyof EventLogger)[]>> = {
  error: ['error', 'log'],
  warn: ['warn', 'warning', 'log'],
  info: ['info', 'log'],
  debug: ['debug', 'log'],
}

/** The format that a logger is known to take, by the members that the loggers of one kind have; otherwise text. */
export function formatOf(logger: object): LogFormat {
  const { bindings, addStream, log } = logger as Readonly<Record<string, unknown>>
  if (typeof bindings === 'function' || typeof addStream === 'function') return 'pino'
  if ('transports' in logger && typeof log === 'function') return 'winston'
  return 'text'
}

/**
 * The name of the method for a level. The method itself is looked up for each line: pino replaces it when its level is set.
 * @throws ERR_HOSTPOOL_CONFIG when the logger has none.
 */
export function methodFor(logger: EventLogger, level: LogLevel, format: LogFormat): keyof EventLogger {
  // The first argument of winston's `log` is a level.
  const names = format === 'winston' ? methods[level].filter((name) => name !== 'log') : methods[level]
  const found = names.find((name) => typeof logger[name] === 'function')
  if (found !== undefined) return found
  throw new HostpoolError('ERR_HOSTPOOL_CONFIG', `logEvents: the logger has no method ${names.join('() or ')}()`)
}

/** Writes a line. Returns the logger's own answer, which may be a promise. */
export function writeLine(
  logger: EventLogger,
  method: keyof EventLogger,
  format: LogFormat,
  text: string,
  fields: () => object,
): unknown {
  const loose = logger as Readonly<Record<string, ((...line: readonly unknown[]) => unknown) | undefined>>
  if (format === 'pino') return loose[method]?.(fields(), text)
  if (format === 'winston') return loose[method]?.(text, fields())
  return loose[method]?.(text)
}
