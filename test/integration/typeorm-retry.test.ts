import { createPool, HostpoolError } from '@mysql-hostpool/core'
import type { Pool } from '@mysql-hostpool/core'
import { retryTransaction, servingHost, typeormDriver } from '@mysql-hostpool/typeorm'
import type { Connection } from 'mysql2/promise'
import { DataSource, In, QueryFailedError } from 'typeorm'
import type { EntityManager } from 'typeorm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { directConnection, freshDatabase } from './setup/fresh-database.js'
import type { TestDatabase } from './setup/fresh-database.js'
import { access, describeWithFaults, faultyCluster } from './setup/servers.js'
import { TcpProxy } from './setup/tcp-proxy.js'
import { Author, entities } from './typeorm/entities.js'

const [firstHost = '', ...otherHosts] = access.hosts.split(',')

let config: TestDatabase
let proxy: TcpProxy
let pool: Pool
let source: DataSource
let other: Connection

beforeAll(async () => {
  config = await freshDatabase('typeorm_retry')
  other = await directConnection(otherHosts[0] ?? firstHost)
  await other.query(`USE \`${config.database}\``)
  // All on one host, behind a door that can break a connection.
  proxy = await TcpProxy.open(firstHost)
  pool = createPool({ ...config, host: proxy.address, retryReads: false })
  source = new DataSource({ type: 'mariadb', driver: typeormDriver(pool), entities, synchronize: true })
  await source.initialize()
  // As one does whose handler swallows a deadlock.
  await source.query('CREATE PROCEDURE gives_up() ROLLBACK')
  await source.query('CREATE PROCEDURE goes_on() DO 1')
})

/** The error under one of TypeORM's. */
function driverErrorOf(error: unknown): unknown {
  return error instanceof QueryFailedError ? error.driverError : error
}

afterAll(async () => {
  if (source?.isInitialized) await source.destroy()
  await pool?.end()
  await proxy?.shut()
  await other?.end()
})

beforeEach(() => source.query("REPLACE INTO author (id, name, version) VALUES (1, 'Ada', 1), (2, 'Bea', 1)"))

afterEach(() => {
  proxy.cutAt = undefined
})

const names = async (): Promise<string[]> =>
  (await source.getRepository(Author).find({ order: { id: 'ASC' } })).map(({ name }) => name)

const rename = (manager: EntityManager, id: number, name: string): Promise<unknown> =>
  manager.update(Author, { id }, { name })

/** Resolves when it was called so often. */
function meeting(count: number): () => Promise<void> {
  let missing = count
  let open: () => void = () => {}
  const met = new Promise<void>((resolve) => {
    open = resolve
  })
  return () => {
    missing -= 1
    if (missing <= 0) open()
    return met
  }
}

describe('a whole transaction is run again', () => {
  test('after a deadlock, so that both sides get through', async () => {
    let runs = 0
    const bothHoldOne = meeting(2)
    const work = (first: number, second: number) => async (manager: EntityManager) => {
      runs += 1
      await rename(manager, first, `by ${first}`)
      await bothHoldOne()
      await rename(manager, second, `by ${first}`)
    }
    await Promise.all([retryTransaction(source, work(1, 2)), retryTransaction(source, work(2, 1))])
    expect(runs).toBeGreaterThan(2)
    const [one, two] = await names()
    expect(one).toBe(two)
  })

  test.runIf(otherHosts.length > 0)('after a conflict that another node certified first', async () => {
    let runs = 0
    await retryTransaction(source, async (manager) => {
      runs += 1
      await rename(manager, 1, `run ${runs}`)
      if (runs === 1) await other.query("UPDATE author SET name = 'other' WHERE id = 1")
    })
    expect(runs).toBe(2)
    expect(await names()).toEqual(['run 2', 'Bea'])
  })

  test('after its connection was lost before COMMIT', async () => {
    let runs = 0
    const answer = await retryTransaction(source, async (manager) => {
      runs += 1
      await rename(manager, 1, `run ${runs}`)
      if (runs === 1) proxy.cutAt = 'Bea'
      await rename(manager, 2, 'Bea B.')
      return runs
    })
    expect(answer).toBe(2)
    expect(await names()).toEqual(['run 2', 'Bea B.'])
  })

  test('after its connection was lost with the isolation level, before anything was done', async () => {
    proxy.cutAt = 'SET TRANSACTION'
    await retryTransaction(source, (manager) => rename(manager, 1, 'done'), { isolationLevel: 'SERIALIZABLE' })
    expect(await names()).toEqual(['done', 'Bea'])
  })

  test('at the isolation level that was asked for', async () => {
    const seen = async (isolationLevel: 'READ COMMITTED' | 'REPEATABLE READ') =>
      retryTransaction(
        source,
        async (manager) => {
          await manager.count(Author)
          await source.query('REPLACE INTO author (id, name, version) VALUES (1, ?, 1)', [isolationLevel])
          return (await manager.findOneByOrFail(Author, { id: 1 })).name
        },
        { isolationLevel },
      )
    expect(await seen('READ COMMITTED')).toBe('READ COMMITTED')
    expect(await seen('REPEATABLE READ')).toBe('READ COMMITTED')
  })

  test('up to the limit, and the last error is the one to hear of', async () => {
    let runs = 0
    const work = retryTransaction(
      source,
      async (manager) => {
        runs += 1
        await rename(manager, 1, 'never')
        await manager.query("SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213")
      },
      { retry: { retries: 2 } },
    )
    await expect(work).rejects.toBeInstanceOf(QueryFailedError)
    await expect(work).rejects.toMatchObject({ errno: 1213 })
    expect(runs).toBe(3)
    expect(await names()).toEqual(['Ada', 'Bea'])
  })
})

describe('a transaction is not run again', () => {
  test('when the answer to COMMIT was lost: a typed error says that nobody knows', async () => {
    let runs = 0
    const error: unknown = await retryTransaction(source, async (manager) => {
      runs += 1
      await rename(manager, 1, 'perhaps')
      proxy.cutAt = 'COMMIT'
    }).catch((failure: unknown) => failure)
    expect(error).toBeInstanceOf(HostpoolError)
    expect(error).toMatchObject({ code: 'ERR_HOSTPOOL_OUTCOME_UNKNOWN', host: proxy.address })
    expect(runs).toBe(1)
  })

  test('when it was committed, and only a subscriber failed after it', async () => {
    let runs = 0
    const subscriber = {
      afterTransactionCommit: () => {
        throw Object.assign(new Error('told too late'), { errno: 1213 })
      },
    }
    source.subscribers.push(subscriber)
    try {
      const work = retryTransaction(source, async (manager) => {
        runs += 1
        await rename(manager, 1, 'committed')
      })
      await expect(work).rejects.toThrow('told too late')
    } finally {
      source.subscribers.splice(source.subscribers.indexOf(subscriber), 1)
    }
    expect(runs).toBe(1)
    expect(await names()).toEqual(['committed', 'Bea'])
  })

  test.each([
    ['COMMIT', 'Ada 1'],
    ['COMMIT AND CHAIN', 'Ada 1'],
    ['START TRANSACTION', 'Ada 1'],
    ['CALL gives_up()', 'Ada'],
  ])('when %s inside of it has ended it before a deadlock', async (ends, left) => {
    let runs = 0
    const work = retryTransaction(source, async (manager) => {
      runs += 1
      await rename(manager, 1, `Ada ${runs}`)
      await manager.query(ends)
      await rename(manager, 2, `Bea ${runs}`)
      await manager.query("SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213")
    })
    const error: unknown = await work.catch((failure: unknown) => failure)
    expect(driverErrorOf(error)).toMatchObject({ code: 'ERR_HOSTPOOL_IMPLICIT_COMMIT' })
    expect(runs).toBe(1)
    expect((await names())[0]).toBe(left)
  })

  test.each(['CREATE OR REPLACE TABLE made (id INT)', 'COMMIT AND CHAIN'])(
    'when %s, asked for beside a statement that failed, has committed a part',
    async (commits) => {
      let runs = 0
      const error: unknown = await retryTransaction(source, async (manager) => {
        runs += 1
        await rename(manager, 1, `Ada ${runs}`)
        await Promise.all([
          manager.query("SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1205"),
          manager.query(commits),
          rename(manager, 2, `Bea ${runs}`),
        ])
      }).catch((failure: unknown) => failure)
      expect(error).toMatchObject({ code: 'ERR_HOSTPOOL_IMPLICIT_COMMIT' })
      expect(runs).toBe(1)
      expect((await names())[0]).toBe('Ada 1')
    },
  )

  test("when the application's own code failed; then it is rolled back", async () => {
    let runs = 0
    const work = retryTransaction(source, async (manager) => {
      runs += 1
      await rename(manager, 1, 'never')
      throw new Error('changed my mind')
    })
    await expect(work).rejects.toThrow('changed my mind')
    expect(runs).toBe(1)
    expect(await names()).toEqual(['Ada', 'Bea'])
  })

  test.each([-1, 0.5])('%s times, which is refused at once', async (retries) => {
    const work = retryTransaction(source, () => {}, { retry: retries })
    await expect(work).rejects.toMatchObject({ code: 'ERR_HOSTPOOL_CONFIG' })
  })

  test.each([
    [{ retries: 5 }, 'retries: unknown option'],
    [{ retry: { retrys: 5 } }, 'retrys: unknown option; did you mean retries?'],
  ])('with an option that there is not, which is named: %j', async (misspelt, message) => {
    const work = retryTransaction(source, () => {}, misspelt as object)
    await expect(work).rejects.toMatchObject({
      code: 'ERR_HOSTPOOL_CONFIG',
      message: expect.stringContaining(message) as string,
    })
  })
})

describeWithFaults('a node that rejects queries', () => {
  afterEach(() => faultyCluster().heal())

  test('in the middle of a transaction costs that transaction a second run, on another host', async () => {
    const everywhere = createPool(config)
    const spread = new DataSource({ type: 'mariadb', driver: typeormDriver(everywhere), entities })
    await spread.initialize()
    const hosts: (string | undefined)[] = []
    const refusals: unknown[] = []
    try {
      await retryTransaction(spread, async (manager) => {
        await manager.insert(Author, { name: 'first' })
        const host = manager.queryRunner && servingHost(manager.queryRunner)
        hosts.push(host)
        if (hosts.length === 1)
          await faultyCluster()
            .nodes.find(({ address }) => address === host)
            ?.rejectQueries('ALL')
        await manager.insert(Author, { name: 'second' }).catch((error: unknown) => {
          refusals.push(error)
          throw error
        })
      })
      expect(refusals).toMatchObject([{ driverError: { code: 'ERR_HOSTPOOL_HOST_LOST', cause: { errno: 1047 } } }])
      expect(new Set(hosts).size).toBe(2)
      expect(await spread.getRepository(Author).countBy({ name: In(['first', 'second']) })).toBe(2)
      expect(everywhere.status().inUse).toBe(0)
    } finally {
      await spread.destroy()
      await everywhere.end()
    }
  })
})

describe('a procedure that ends the transaction that it is called in', () => {
  const inTypeormsOwn = (call: string) =>
    source.transaction(async (manager) => {
      await rename(manager, 1, 'Ada L.')
      await manager.query(call)
      await rename(manager, 2, 'Bea B.')
    })

  test('ends one of TypeORM’s with an error, and what follows in it is not committed by itself', async () => {
    const error: unknown = await inTypeormsOwn('CALL gives_up()').catch((failure: unknown) => failure)
    expect(driverErrorOf(error)).toMatchObject({ code: 'ERR_HOSTPOOL_IMPLICIT_COMMIT' })
    expect((await names()).slice(0, 2)).toEqual(['Ada', 'Bea'])
    await inTypeormsOwn('CALL goes_on()')
    expect((await names()).slice(0, 2)).toEqual(['Ada L.', 'Bea B.'])
  })

  test('leaves one that is written by hand to the hand that writes it', async () => {
    const runner = source.createQueryRunner()
    try {
      await runner.query('BEGIN')
      await rename(runner.manager, 1, 'Ada L.')
      await runner.query('CALL gives_up()')
      await rename(runner.manager, 2, 'Bea B.')
      await runner.query('COMMIT')
    } finally {
      await runner.release()
    }
    expect((await names()).slice(0, 2)).toEqual(['Ada', 'Bea B.'])
  })
})

test('gives every connection back', () => {
  expect(pool.status().inUse).toBe(0)
})
