import { AsyncLocalStorage } from 'node:async_hooks'

/**
 * What one run of a client's operation has done to the database, as its statements tell it. Only with this can the operation be
 * run again: an error alone does not say whether a statement before it, or beside it, was committed.
 */
export class Operation {
  #ended = false
  /** Writes and transactions whose end is not known yet. */
  #open = 0
  /** Something was committed, or may have been. */
  #kept = false
  readonly #failures = new WeakSet<Error>()

  /** True from the last moment on in which statements belong to it. */
  get ended(): boolean {
    return this.#ended
  }

  end(): void {
    this.#ended = true
  }

  /** A write, or a transaction, begins; the function is to be told how it ended: whether anything of it may be kept. */
  begins(): (kept: boolean) => void {
    let over = false
    this.#open += 1
    return (kept) => {
      if (over) return
      over = true
      this.#open -= 1
      if (kept) this.#kept = true
    }
  }

  /** An error that one of its statements ended with. */
  failed(error: unknown): void {
    if (error instanceof Error) this.#failures.add(error)
  }

  /** True when an error is one of its statements' and nothing that it did is there, or can still come to be. */
  isUndone(error: Error | undefined): boolean {
    return error !== undefined && this.#failures.has(error) && !this.#kept && this.#open === 0
  }
}

/** An application may have both builds of this package, the extension from one and the adapter from the other. */
const KEY = Symbol.for('mysql-hostpool.prisma.operation')
const shared = globalThis as { [KEY]?: AsyncLocalStorage<Operation> }
const storage = (shared[KEY] ??= new AsyncLocalStorage())

/** The operation that the statement asked for now belongs to; undefined where it is not to be run again. */
export function currentOperation(): Operation | undefined {
  const operation = storage.getStore()
  return operation?.ended === false ? operation : undefined
}

/** Runs an operation; every statement that is asked for meanwhile belongs to it. */
export async function runOperation<T>(operation: Operation, run: () => PromiseLike<T>): Promise<T> {
  try {
    return await storage.run(operation, async () => await run())
  } finally {
    operation.end()
  }
}
