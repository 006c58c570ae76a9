/** A promise, and what settles it. */
export interface Deferred<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T | PromiseLike<T>) => void
  readonly reject: (reason: unknown) => void
}

let lastResolve: (value: unknown) => void
let lastReject: (reason: unknown) => void

/** One executor for all: it is called while its promise is made, so no other promise's can come between. */
function keep(resolve: (value: unknown) => void, reject: (reason: unknown) => void): void {
  lastResolve = resolve
  lastReject = reject
}

/**
 * `Promise.withResolvers()`, which Node 20 lacks. Without an executor of its own each promise is two objects less: of those who
 * wait for a connection there may be a hundred thousand, and the garbage collector copies whatever they wait with.
 */
export function deferred<T>(): Deferred<T> {
  const promise = new Promise<unknown>(keep) as Promise<T>
  return { promise, resolve: lastResolve, reject: lastReject }
}
