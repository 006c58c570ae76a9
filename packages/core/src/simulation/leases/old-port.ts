import { Readable } from 'node:stream'
import type * as Old from '../../driver/port.js'
import type { Decoding } from '../../statement/decoding.js'
import type { StatementOptions } from '../../statement/statement.js'
import type * as New from './port-next.js'

/** Temporary: the old port over the new one, with a queue. */
export function oldDriver(driver: New.Driver): Old.Driver {
  return {
    connect: (target, listener) =>
      driver.connect(target, (error, connection) =>
        connection === undefined ? listener(error) : listener(null, new Queueing(connection)),
      ),
  }
}

class Queueing implements Old.DriverConnection {
  readonly #next: New.DriverConnection
  readonly #queue: (() => void)[] = []
  pending = 0
  constructor(next: New.DriverConnection) {
    this.#next = next
  }
  get threadId() {
    return this.#next.threadId
  }
  get serverVersion() {
    return this.#next.serverVersion
  }
  get alive() {
    return this.#next.alive
  }
  get serverStatus() {
    return this.#next.serverStatus
  }
  get sessionChanged() {
    return this.#next.sessionChanged
  }
  get schemaChangedTo() {
    return this.#next.schemaChangedTo
  }
  get onLost() {
    return this.#next.onLost
  }
  set onLost(listener) {
    this.#next.onLost = listener
  }
  #put(run: (end: () => void) => void): void {
    this.pending += 1
    const go = (): void =>
      run(() => {
        this.pending -= 1
        this.#queue.shift()
        this.#queue[0]?.()
      })
    this.#queue.push(go)
    if (this.#queue.length === 1) go()
  }
  query(statement: StatementOptions, decoding: Decoding, done: Old.StatementDone): void {
    this.#put((end) =>
      this.#next.query(statement, decoding, (...given) => {
        end()
        done(...given)
      }),
    )
  }
  execute(statement: StatementOptions, decoding: Decoding, done: Old.StatementDone): void {
    this.#put((end) =>
      this.#next.execute(statement, decoding, (...given) => {
        end()
        done(...given)
      }),
    )
  }
  stream(statement: StatementOptions, decoding: Decoding): Readable {
    const stream = new Readable({ objectMode: true, read: () => this.#next.resume() })
    this.#put((end) =>
      this.#next.stream(statement, decoding, {
        fields: (fields) => stream.emit('fields', fields),
        row: (row) => {
          if (!stream.destroyed && !stream.push(row)) this.#next.pause()
        },
        done: (error) => {
          end()
          if (error === null) stream.push(null)
          else stream.destroy(error)
        },
      }),
    )
    return stream
  }
  ping(done: Old.Done): void {
    this.#put((end) =>
      this.#next.ping((error) => {
        end()
        done(error)
      }),
    )
  }
  reset(done: Old.Done): void {
    this.#put((end) =>
      this.#next.reset((error) => {
        end()
        done(error)
      }),
    )
  }
  changeUser(to: Parameters<Old.DriverConnection['changeUser']>[0], done: Old.Done): void {
    this.#put((end) =>
      this.#next.changeUser(to, (error) => {
        end()
        done(error)
      }),
    )
  }
  forgetChanges(): void {
    this.#next.forgetChanges()
  }
  close(done: () => void): void {
    this.#put((end) => {
      end()
      this.#next.close(done)
    })
  }
  destroy(error?: Error): void {
    this.#next.destroy(error)
  }
  unref(): void {}
}
