import { pipeline, Readable, Transform } from 'node:stream'

import { HostpoolError } from '../../errors/hostpool-error.js'

/** LOAD DATA LOCAL INFILE and LOAD XML LOCAL INFILE are the only statements for which a server may ask for a file. */
const LOCAL = /\blocal\b/i
const LOCAL_OR_INFILE = /\b(?:local|infile)\b/gi
/** The largest distance of the two words, in characters; a comment may be between them. */
const FARTHEST = 1000

/** Whether a server may ask for a file because of this statement. The search is linear in the length of the text. */
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
 * The file that a server asks for while a statement runs, in the form that mysql2 needs: buffers, and then an end or an error,
 * whatever the application's factory does. Without this class mysql2 waits for ever for a stream that ends early, text in place
 * of bytes ends the process, and an error of the factory looks like a lost connection.
 */
export class LocalFile {
  readonly stream: Readable
  /** The error of the file for the statement's caller. */
  error: HostpoolError | undefined
  /** Whether the server asked for a file that no statement has named. */
  readonly forged: boolean
  #ended = false

  /**
   * @param sql - the current statement
   * @param isFull - whether the socket accepts no more data at present
   */
  constructor(factory: LocalFileFactory | undefined, path: string, sql: string, isFull: () => boolean) {
    this.forged = !loadsLocally(sql)
    this.stream = this.forged ? this.#failing(forgedError()) : this.#open(factory, path)
    this.stream.pause = pausingWhile(this.stream, isFull)
    this.stream.once('end', () => (this.#ended = true))
    // An error may also come after mysql2 has stopped listening.
    this.stream.on('error', () => (this.#ended = true))
  }

  /** Whether the file has ended: all its data has been sent, or it has failed. */
  get ended(): boolean {
    return this.#ended
  }

  /** Stops reading the file, because the statement is over. */
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
    // Such a stream would load nothing, and look like a success.
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
 * The `pause` of the file's stream. mysql2 pauses the file whenever its socket is paused, and resumes it when the socket is
 * drained. A socket that was paused only for reading never drains, so the file pauses only while the socket is full.
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
    `The local file could not be read to its end (${reason}); rows sent before that are loaded, unless the transaction is ` +
      'rolled back',
    { cause },
  )
}

function withoutFactory(): HostpoolError {
  return new HostpoolError(
    'ERR_HOSTPOOL_LOCAL_FILE',
    'LOAD DATA LOCAL INFILE needs the option infileStreamFactory: a function that takes the path and returns a stream',
  )
}

function noStream(given: unknown): HostpoolError {
  const shown = given instanceof Promise ? 'a promise' : given === null ? 'null' : typeof given
  return new HostpoolError(
    'ERR_HOSTPOOL_LOCAL_FILE',
    `infileStreamFactory returned ${shown}; expected a readable stream`,
  )
}

function forgedError(): HostpoolError {
  return new HostpoolError(
    'ERR_HOSTPOOL_LOCAL_FILE',
    'The server asked for a local file, and the statement is no LOAD … LOCAL INFILE; nothing was read',
  )
}
