import { checkRetryOptions, type RetryOptions, withRetry } from '@mysql-hostpool/core'

import { asItEnded } from '../errors/as-it-ended.js'
import { driverErrorOf } from '../errors/original-error.js'
import { currentOperation, Operation, runOperation } from './operation.js'
import { isRetryableTransaction } from './is-retryable.js'

/** An extension that changes nothing of a client's types. */
export type ClientExtension = (client: ExtensibleClient) => {
  /** The extension in the form of Prisma's types. */
  $extends: {
    /** What the extension adds. */
    extArgs: {
      /** No computed field. */
      result: {}
      /** No method of a model. */
      model: {}
      /** No argument of an operation. */
      query: {}
      /** No method of the client. */
      client: {}
    }
  }
}

/** The members of every generated client that the extension uses. */
export interface ExtensibleClient {
  /** Runs a transaction. */
  $transaction: (...args: never) => unknown
  /** Makes a client with an extension. */
  $extends: unknown
}

type RunTransaction = (this: unknown, ...args: unknown[]) => Promise<unknown>

interface Extending {
  readonly $transaction: RunTransaction
  readonly $extends: (extension: object) => ReturnType<ClientExtension>
}

/** The argument of an extension's `$allOperations`. */
interface OperationCall {
  /** The arguments, copied: class instances among them have lost their methods. */
  readonly args: unknown
  /** Not part of Prisma's documentation. Without it nothing tells whether the operation is in a transaction. */
  readonly __internalParams?: InternalParams | undefined
  readonly query: (args: unknown, internalParams?: InternalParams) => PromiseLike<unknown>
}

interface InternalParams {
  readonly transaction?: unknown
  /** The arguments as the application gave them. */
  readonly args?: unknown
}

/** The mark that Prisma puts on the client of a running transaction. */
const IN_TRANSACTION = Symbol.for('prisma.client.transaction.scope_context')

/**
 * A client extension: `const prisma = new PrismaClient({ adapter }).$extends(retryTransactions())`. Work that a write conflict
 * (P2034: a deadlock, Galera's certification, a lock wait timeout) has undone as a whole, or the loss of its host before COMMIT
 * was sent, then runs again as a whole:
 *
 * - `$transaction`, with a callback as well as with a list;
 * - an operation outside a transaction: one with nested writes, which Prisma runs as a transaction of its own, and one of a
 *   single statement (`updateMany`, `createMany`, `deleteMany`, a raw INSERT, UPDATE, DELETE or REPLACE).
 *
 * Work does not run again where a part was, or may have been, committed. Operations and transactions inside a transaction are
 * not repeated by themselves; the outermost transaction is. A callback can run several times, so its effects outside the
 * database must allow for that. Each run has its own `maxWait` and `timeout`. By default the repetitions go on for 30 seconds
 * after the first failure.
 * @throws ERR_HOSTPOOL_CONFIG for invalid options.
 */
export function retryTransactions(options: RetryOptions = {}): ClientExtension {
  const retry = checkRetryOptions('retryTransactions', options)
  return (client) => {
    // Prisma's own types depend on the generated client; at run time every client has these two members.
    const { $transaction } = client as unknown as Extending
    return (client as unknown as Extending).$extends({
      name: 'mysql-hostpool-retry-transactions',
      client: {
        // `this` is the client of the call with all its extensions, so that the transaction has them too.
        $transaction(this: object, ...args: unknown[]): Promise<unknown> {
          const run = () => $transaction.apply(this, args)
          // Another extension may begin a transaction for an operation; the operation then runs again.
          if (IN_TRANSACTION in this || currentOperation() !== undefined) return run()
          return withRetry(() => ending(run), { retry, isRetryable: isRetryableTransaction })
        },
      },
      query: {
        $allOperations: (call: OperationCall) => runOperationAgain(call, retry),
      },
    })
  }
}

function runOperationAgain(call: OperationCall, retry: RetryOptions): PromiseLike<unknown> {
  const { query, __internalParams: params } = call
  if (params === undefined) return query(call.args)
  if (params.transaction !== undefined || currentOperation() !== undefined) return query(params.args, params)
  let operation = new Operation()
  const run = (): Promise<unknown> => {
    operation = new Operation()
    // A copy for each run, because Prisma and other extensions write into it.
    return ending(() => runOperation(operation, () => query(params.args, { ...params })))
  }
  const undone = (error: unknown): boolean => isRetryableTransaction(error) && operation.isUndone(driverErrorOf(error))
  return withRetry(run, { retry, isRetryable: undone })
}

/**
 * Runs work, and corrects its error: the final error of a transaction is known after its end, because concurrent statements may
 * have changed it.
 */
async function ending<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw asItEnded(error)
  }
}
