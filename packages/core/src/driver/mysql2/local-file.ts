import { pipeline, Readable, Transform } from 'node:stream'

import { HostpoolError } from '../../errors/hostpool-error.js'

/** LOAD DATA LOCAL INFILE, LOAD XML LOCAL INFILE: the only statements that a server may ask a file for. */
const LOCAL = /\blocal\b/i
const LOCAL_OR_INFILE = /\b(?:local|infile)\b/gi
/** So much may be between the two words, comments for one. */
const FARTHEST = 1000

/** Whether a server may ask for a file because of this statement. Looks at each place of a text once. */
export function loadsLocally(sql: string): boolean {
  if (!LOCAL.test(sql)) return false
  let local = -Infinity
  for (const { 0: word, index } of sql.matchAll(LOCAL_OR_INFILE)) {
    if (word.length === 'local'.length) local = index + word.length
    else if (index - local <= FARTHEST) return true
  }
  return false
}

export type LocalFileFactory = (path: string) => unknown

/**
 * The file that a server asks for while a statement runs, as mysql2 reads it: buffers, and an end or an error, whatever the
 * application's factory does. A stream that ends early, text in place of bytes, a factory that throws: mysql2 alone waits for
 * ever for the first, ends the process for the second, and takes the third for a lost connection.
 */
export class LocalFile {
  readonly stream: Readable
  /** What went wrong with it, as the statement's caller is told. */
  error: HostpoolError | undefined
  /** The server asked for a file that no statement has named. */
  readonly forged: boolean
  #ended = false

  /**
   * @param sql - the statement under way
   * @param isFull - whether the socket takes no more at present
   */
  constructor(factory: LocalFileFactory | undefined, path: string, sql: string, isFull: () => boolean) {
    this.forged = !loadsLocally(sql)
    this.stream = this.forged ? this.#failing(forgedError()) : this.#open(factory, path)
    this.stream.pause = pausingWhile(this.stream, isFull)
    this.stream.once('end', () => (this.#ended = true))
    // Also one that comes when mysql2 listens no more.
    this.stream.on('error', () => (this.#ended = true))
  }

  /** Whether all of it has been sent, or as much as there was. */
  get ended(): boolean {
    return this.#ended
  }

  /** The statement is over: nothing more is read. */
  close(): void {
    this.stream.destroy()
  }

  #open(factory: LocalFileFactory | undefined, path: string): Readable {
    if (factory === undefined) return this.#failing(withoutFactory())
    let source: unknown
    try {
      source = factory(path)
    } catch (error) {
      return this.#failing(failed(error))
    }
    if (!isReadable(source)) return this.#failing(noStream(source))
    // To pipe from it would be to load nothing, and to call that done.
    if (source.readableEnded) return this.#failing(failed('the stream has been read to its end before'))
    return this.#bytesOf(source)
  }

  #bytesOf(source: Readable): Readable {
    const bytes = new Transform({
      writableObjectMode: true,
      transform: (chunk: unknown, _encoding, done) => {
        if (typeof chunk === 'string') done(null, Buffer.from(chunk))
        else if (chunk instanceof Uint8Array) done(null, Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length))
        else done(new TypeError(`the stream gave ${chunk === null ? 'null' : typeof chunk}; expected bytes or text`))
      },
    })
    pipeline(source, bytes, (error) => {
      if (error) this.error ??= failed(error)
    })
    return bytes
  }

  #failing(error: HostpoolError): Readable {
    this.error = error
    const stream = new Readable({ read: () => undefined })
    stream.destroy(error)
    return stream
  }
}

/**
 * mysql2 pauses a file whenever its socket is paused, and resumes it when the socket is drained: one that was paused so that less
 * is read from it never is.
 */
function pausingWhile(stream: Readable, isFull: () => boolean): Readable['pause'] {
  const pause = stream.pause.bind(stream)
  return () => (isFull() ? pause() : stream)
}

function isReadable(value: unknown): value is Readable {
  return typeof value === 'object' && value !== null && 'pipe' in value && typeof value.pipe === 'function'
}

function failed(cause: unknown): HostpoolError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new HostpoolError(
    'ERR_HOSTPOOL_LOCAL_FILE',
    `The local file could not be read to its end (${reason}); rows sent before that are loaded, unless the transaction is rolled back`,
    { cause },
  )
}

function withoutFactory(): HostpoolError {
  return new HostpoolError(
    'ERR_HOSTPOOL_LOCAL_FILE',
    'LOAD DATA LOCAL INFILE needs the option infileStreamFactory: a function of the path that answers a stream',
  )
}

function noStream(given: unknown): HostpoolError {
  const shown = given instanceof Promise ? 'a promise' : given === null ? 'null' : typeof given
  return new HostpoolError(
    'ERR_HOSTPOOL_LOCAL_FILE',
    `infileStreamFactory answered ${shown}; expected a readable stream, at once`,
  )
}

function forgedError(): HostpoolError {
  return new HostpoolError(
    'ERR_HOSTPOOL_LOCAL_FILE',
    'The server asked for a local file, and the statement is no LOAD … LOCAL INFILE; nothing was read',
  )
}
