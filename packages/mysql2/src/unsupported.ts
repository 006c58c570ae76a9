import { HostpoolError } from '@mysql-hostpool/core'

/** How an unsupported method reports its error: it throws, calls its callback, or returns a rejection. */
type Manner = 'throws' | 'calls back' | 'rejects'

/** Unsupported methods by name, each with its remedy. */
export type Refusals = Readonly<Record<string, string>>

export function unsupported(method: string, remedy: string): HostpoolError {
  return new HostpoolError('ERR_HOSTPOOL_UNSUPPORTED', `${method} is not supported by mysql-hostpool: ${remedy}`)
}

/**
 * Gives a class the methods of mysql2 that it does not support. A call then fails with the reason and the remedy, in place of
 * "is not a function".
 */
export function refuseMethods(prototype: object, owner: string, manner: Manner, refusals: Refusals): void {
  for (const [name, remedy] of Object.entries(refusals)) {
    const refuse = (...values: readonly unknown[]): unknown => {
      const error = unsupported(`${owner}.${name}()`, remedy)
      if (manner === 'rejects') return Promise.reject(error)
      const callback = values.at(-1)
      if (manner === 'throws' || typeof callback !== 'function') throw error
      process.nextTick(() => void callback(error))
      return undefined
    }
    Object.defineProperty(prototype, name, { value: refuse, writable: true, configurable: true })
  }
}

const PREPARED = 'execute() prepares a statement once and keeps it'
const CLEAN = 'release() hands the session over clean, and createPool({ resetOnRelease: true }) resets it every time'
const SERVER = 'it belongs to the server side of mysql2'

/** Methods that no connection of the pool supports, and that take a callback in mysql2. */
export const REFUSED_ASYNC: Refusals = { prepare: PREPARED, reset: CLEAN }

/** Methods that no connection of the pool supports, and that return at once in mysql2. */
export const REFUSED_SYNC: Refusals = {
  unprepare: PREPARED,
  createBinlogStream: 'a replication client needs a connection of mysql2 itself',
}

/** Methods of the callback side only that no connection supports. */
export const REFUSED_SERVER: Refusals = {
  serverHandshake: SERVER,
  writeOk: SERVER,
  writeError: SERVER,
  writeEof: SERVER,
  writeColumns: SERVER,
  writeTextRow: SERVER,
  writeBinaryRow: SERVER,
  writeTextResult: SERVER,
  writePacket: SERVER,
}
