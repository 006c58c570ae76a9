import type { Connection } from '../connection.js'
import { Pool } from '../pool.js'
import { FakePool } from './fake-pool.js'

/** A facade on a shared pool without servers. */
export function shared(): { fake: FakePool; pool: Pool } {
  const fake = new FakePool()
  return { fake, pool: new Pool(fake, false, {}) }
}

/** The arguments of a callback, as a promise. */
export function called(start: (callback: (...given: unknown[]) => void) => void): Promise<unknown[]> {
  return new Promise((resolve) => {
    start((...given) => resolve(given))
  })
}

/** Borrows a connection, and returns its callback side. */
export function acquire(pool: Pool): Promise<Connection> {
  return Pool.facadeOf(pool).acquire()
}
