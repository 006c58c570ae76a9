/** A promise and the two functions that settle it. */
export interface Deferred<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T | PromiseLike<T>) => void
  readonly reject: (reason: unknown) => void
}

let lastResolve: (value: unknown) => void
let lastReject: (reason: unknown) => void

/** The executor of all promises made here. The Promise constructor calls its executor at once, so no two calls can mix. */
function keep(resolve: (value: unknown) => void, reject: (reason: unknown) => void): void {
  lastResolve = resolve
  lastReject = reject
}

/**
 * `Promise.withResolvers()`, which Node 20 lacks. The shared executor saves two objects for each promise: a hundred thousand
 * callers may wait for a connection at once, and the garbage collector copies the objects of each.
 */
export function deferred<T>(): Deferred<T> {
  const promise = new Promise<unknown>(keep) as Promise<T>
  return { promise, resolve: lastResolve, reject: lastReject }
}
