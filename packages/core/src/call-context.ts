import { AsyncResource } from 'node:async_hooks'

/**
 * The asynchronous context that a caller had when it called: what AsyncLocalStorage and tracers keep for a request. Sockets and
 * the pool's queue are older than the call, so what runs for the caller out of them is run in here.
 */
export class CallContext extends AsyncResource {
  constructor() {
    super('mysql-hostpool')
  }
}

/** That of this module, which is loaded before there are requests. */
const own = new AsyncResource('mysql-hostpool')

/** Runs what the pool does for itself, which belongs to no caller: connects, probes, housekeeping, events. */
export function inOwnContext<This, Args extends unknown[], Result>(
  work: (this: This, ...args: Args) => Result,
  self: This,
  ...args: Args
): Result {
  return own.runInAsyncScope(work, self, ...args)
}
