import type {
  SqlDriverAdapter,
  SqlDriverAdapterFactory,
  SqlQuery,
  SqlQueryable,
  SqlResultSet,
  Transaction,
} from '@prisma/driver-adapter-utils'

/** What a server has once answered, by statement and values. */
class Answers {
  readonly #answers = new Map<string, unknown>()

  async ask<T>(query: SqlQuery, kind: string, ask: () => Promise<T>): Promise<T> {
    // Times and texts that are new each time stand for the same answer: what it costs to make one is what counts.
    const known = this.#answers.get(`${kind}${query.sql}${query.args.length}`)
    if (known !== undefined) return known as T
    const answer = await ask()
    this.#answers.set(`${kind}${query.sql}${query.args.length}`, answer)
    return answer
  }
}

/** Asks the server each statement once and answers from memory from then on: what Prisma itself costs. */
export function answeringFromMemory(factory: SqlDriverAdapterFactory): SqlDriverAdapterFactory {
  const { provider, adapterName } = factory
  return {
    provider,
    adapterName,
    connect: async () => remembering(await factory.connect()),
  }
}

function remembering(adapter: SqlDriverAdapter): SqlDriverAdapter {
  const answers = new Answers()
  let real: Transaction | undefined
  const { provider, adapterName } = adapter
  return {
    provider,
    adapterName,
    ...queries(adapter, answers),
    executeScript: (script) => adapter.executeScript(script),
    startTransaction: async () => {
      // The first one teaches the others what is answered inside of a transaction.
      const target = real ?? (await adapter.startTransaction())
      const first = real === undefined
      real = target
      return {
        provider,
        adapterName,
        options: target.options,
        ...queries(target, answers),
        commit: () => (first ? target.commit() : Promise.resolve()),
        rollback: () => (first ? target.rollback() : Promise.resolve()),
      }
    },
    getConnectionInfo: () => adapter.getConnectionInfo?.() ?? { supportsRelationJoins: false },
    dispose: () => adapter.dispose(),
  }
}

function queries(target: SqlQueryable, answers: Answers): Pick<SqlQueryable, 'queryRaw' | 'executeRaw'> {
  return {
    queryRaw: async (query) => {
      const { rows, ...rest } = await answers.ask<SqlResultSet>(query, 'query', () => target.queryRaw(query))
      // Prisma may keep and change the rows it gets.
      return { ...rest, rows: rows.map((row) => [...row]) }
    },
    executeRaw: (query) => answers.ask(query, 'execute', () => target.executeRaw(query)),
  }
}
