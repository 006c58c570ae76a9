import { AsyncResource } from 'node:async_hooks'

/**
 * The asynchronous context of a caller at the time of its call. AsyncLocalStorage and tracers keep the data of a request there.
 * Sockets and the pool's queue are older than the call and have other contexts, so callbacks for the caller run in this one.
 */
export class CallContext extends AsyncResource {
  constructor() {
    super('mysql-hostpool')
  }
}

/**
 * The asynchronous context of this module, which is loaded before there are requests. The context holds nothing open, and so
 * counts as ended at once: tools that look for what keeps a process alive, as Jest does, would name it otherwise.
 */
const own = new AsyncResource('mysql-hostpool', { requireManualDestroy: true })
// A statement of its own: on Bun this method returns nothing.
own.emitDestroy()

/** Runs work that the pool does for itself and for no caller: connects, probes, housekeeping, events. */
export function inOwnContext<This, Args extends unknown[], Result>(
  work: (this: This, ...args: Args) => Result,
  self: This,
  ...args: Args
): Result {
  return own.runInAsyncScope(work, self, ...args)
}
