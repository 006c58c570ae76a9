import { checkRetryOptions, type RetryOptions, runAgain } from '@mysql-hostpool/core'

import { asItEnded } from '../errors/as-it-ended.js'
import { isWorthRetrying } from './worth-retrying.js'

/** An extension that changes nothing of a client's types. */
export type ClientExtension = (client: ExtensibleClient) => {
  $extends: { extArgs: { result: {}; model: {}; query: {}; client: {} } }
}

/** What every generated client has. */
export interface ExtensibleClient {
  $transaction: (...args: never) => unknown
  $extends: unknown
}

type RunTransaction = (this: unknown, ...args: unknown[]) => Promise<unknown>

interface Extending {
  readonly $transaction: RunTransaction
  readonly $extends: (extension: object) => ReturnType<ClientExtension>
}

/** The mark that Prisma puts on the client of a running transaction. */
const IN_TRANSACTION = Symbol.for('prisma.client.transaction.scope_context')

/**
 * A client extension: `const prisma = new PrismaClient({ adapter }).$extends(retryTransactions())`. `$transaction`, with a
 * callback as well as with a list, then runs again as a whole when it was undone by a write conflict (P2034: a deadlock,
 * Galera's certification, a lock wait timeout) or when its host was lost before COMMIT was sent. It is not run again when the
 * answer to COMMIT was lost: that transaction may have been committed.
 *
 * A callback can run several times, so what it does outside of the database must bear that. Each run has its own `maxWait` and
 * `timeout`. Transactions inside of a transaction are not repeated by themselves; the outermost is.
 * @throws ERR_HOSTPOOL_CONFIG for options that are wrong.
 */
export function retryTransactions(options: RetryOptions = {}): ClientExtension {
  checkRetryOptions('retryTransactions', options)
  return (client) => {
    // Prisma's own types of this depend on the generated client; at run time every client has these two.
    const { $transaction } = client as unknown as Extending
    return (client as unknown as Extending).$extends({
      name: 'mysql-hostpool-retry-transactions',
      client: {
        // `this` is the client that is asked, with all extensions it has, so that the transaction has them too.
        $transaction(this: object, ...args: unknown[]): Promise<unknown> {
          const run = () => $transaction.apply(this, args)
          return IN_TRANSACTION in this
            ? run()
            : runAgain(() => ending(run), { retry: options, undone: isWorthRetrying })
        },
      },
    })
  }
}

/** What a transaction ends with is known once it is over: what has run beside the statement that failed may have changed it. */
async function ending<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw asItEnded(error)
  }
}
