import { createPool, type Pool } from '@mysql-hostpool/core'
import { ConsoleLogger, Global, Inject, Injectable, Module } from '@nestjs/common'
import type { DynamicModule, INestApplicationContext, LoggerService, OnApplicationShutdown, Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { afterEach, describe, expect, it } from 'vitest'

import { HostpoolHealthIndicator, HostpoolModule, InjectPool, getPoolToken } from './index.js'

// Nothing listens there, and no test connects.
const URL = 'mysql://app:secret@127.0.0.1:9/shop'

const opened: INestApplicationContext[] = []

async function start(
  imports: readonly (DynamicModule | Type)[],
  providers: readonly Type[] = [],
  logger: LoggerService | false = false,
): Promise<INestApplicationContext> {
  @Module({ imports: [...imports], providers: [...providers] })
  class AppModule {}
  const app = await NestFactory.createApplicationContext(AppModule, { logger, abortOnError: false })
  opened.push(app)
  return app
}

const poolOf = (app: INestApplicationContext, name?: string): Pool => app.get(getPoolToken(name), { strict: false })

afterEach(async () => {
  for (const app of opened.splice(0)) await app.close()
})

describe('HostpoolModule.forRoot()', () => {
  it('makes a pool from a URL or options, and injects it', async () => {
    @Injectable()
    class Orders {
      readonly pool: Pool
      constructor(@InjectPool() pool: Pool) {
        this.pool = pool
      }
    }
    const app = await start([HostpoolModule.forRoot(URL)], [Orders])
    expect(app.get(Orders).pool.config.hosts).toMatchObject([{ host: '127.0.0.1', port: 9 }])
    const other = await start([HostpoolModule.forRoot({ host: 'db1,db2', connectionLimit: 3 })])
    expect(poolOf(other).status()).toMatchObject({ connectionLimit: 3, hosts: [{ name: 'db1:3306' }, {}] })
  })

  it('ends a pool that it has made', async () => {
    const app = await start([HostpoolModule.forRoot(URL)])
    const pool = poolOf(app)
    await app.close()
    expect(pool.status().state).toBe('ended')
  })

  it('leaves a pool open that it was given, unless it is told to end it', async () => {
    const pool = createPool(URL)
    const app = await start([HostpoolModule.forRoot(pool)])
    expect(poolOf(app)).toBe(pool)
    await app.close()
    expect(pool.status().state).toBe('open')
    await (await start([HostpoolModule.forRoot(pool, { endOnShutdown: true })])).close()
    expect(pool.status().state).toBe('ended')
    const kept = await start([HostpoolModule.forRoot(URL, { endOnShutdown: false })])
    await kept.close()
    expect(poolOf(kept).status().state).toBe('open')
  })

  it('keeps several pools apart by their names', async () => {
    @Injectable()
    class Report {
      readonly pools: readonly Pool[]
      constructor(@InjectPool() shop: Pool, @InjectPool('archive') archive: Pool) {
        this.pools = [shop, archive]
      }
    }
    const modules = [
      HostpoolModule.forRoot(URL),
      HostpoolModule.forRoot({ host: 'archive', poolName: 'archive' }, { name: 'archive' }),
    ]
    const app = await start(modules, [Report])
    expect(app.get(Report).pools.map((pool) => pool.config.poolName)).toEqual(['hostpool', 'archive'])
    await app.close()
    expect(app.get(Report).pools.map((pool) => pool.status().state)).toEqual(['ended', 'ended'])
  })

  it('refuses two pools of one name in an application, and not in two applications', async () => {
    @Module({})
    class Feature {}
    const feature = { module: Feature, imports: [HostpoolModule.forRoot(URL, { isGlobal: false })] }
    await expect(start([HostpoolModule.forRoot(URL, { isGlobal: false }), feature])).rejects.toMatchObject({
      code: 'ERR_HOSTPOOL_CONFIG',
      message: expect.stringContaining("a pool named 'default' already") as string,
    })
    const shared = HostpoolModule.forRoot(URL, { isGlobal: false })
    await start([shared, { ...feature, imports: [shared] }])
  })

  it('is global by default, and on request only where it is imported', async () => {
    @Injectable()
    class Orders {
      constructor(@InjectPool() _pool: Pool) {}
    }
    @Module({ providers: [Orders] })
    class OrdersModule {}
    await start([HostpoolModule.forRoot(URL), OrdersModule])
    await expect(start([HostpoolModule.forRoot(URL, { isGlobal: false }), OrdersModule])).rejects.toThrow(
      /resolve dependencies of the Orders .*HostpoolPool:default/s,
    )
  })

  it.each([
    ['no configuration', undefined, /HostpoolModule takes a pool of createPool\(\), a configuration or a URL/],
    ['a wrong option', { host: 'db1', conectionLimit: 3 }, /conectionLimit.*did you mean connectionLimit/],
    ['a pool of another kind', { getConnection: () => undefined }, /a pool of mysql2 cannot stand in for one/],
  ])('does not start with %s', async (_, configuration, message) => {
    await expect(start([HostpoolModule.forRoot(configuration as never)])).rejects.toThrow(message)
  })

  it('refuses settings that there are not', () => {
    expect(() => HostpoolModule.forRoot(URL, { global: true } as object)).toThrow(/global: unknown option/)
    expect(() => HostpoolModule.forRoot(URL, { endOnShutDown: true } as object)).toThrow(/did you mean endOnShutdown/)
  })
})

describe('HostpoolModule.forRootAsync()', () => {
  @Injectable()
  class Settings {
    readonly url = URL
    createHostpoolOptions(name?: string): Promise<string> {
      return Promise.resolve(`${URL}?poolName=${name ?? 'none'}`)
    }
  }
  @Module({ providers: [Settings], exports: [Settings] })
  class SettingsModule {}

  it('takes the configuration from a factory', async () => {
    const module = HostpoolModule.forRootAsync({
      imports: [SettingsModule],
      inject: [Settings],
      useFactory: async (settings: Settings) => Promise.resolve(settings.url),
    })
    expect(poolOf(await start([module])).config.hosts).toHaveLength(1)
  })

  it('leaves a pool open that comes from a factory, and is not ended by the module', async () => {
    const pool = createPool(URL)
    await (await start([HostpoolModule.forRootAsync({ useFactory: () => pool })])).close()
    expect(pool.status().state).toBe('open')
    await pool.end()
  })

  it('takes the configuration from a class, one of its own or one that is there, and tells the name', async () => {
    const own = HostpoolModule.forRootAsync({ name: 'own', useClass: Settings })
    const there = HostpoolModule.forRootAsync({ name: 'there', useExisting: Settings, imports: [SettingsModule] })
    const app = await start([own, there])
    expect(poolOf(app, 'own').config.poolName).toBe('own')
    expect(poolOf(app, 'there').config.poolName).toBe('there')
  })

  it('refuses no source, and two sources', () => {
    expect(() => HostpoolModule.forRootAsync({})).toThrow(
      /give one of useFactory, useClass, useExisting; there is none/,
    )
    expect(() => HostpoolModule.forRootAsync({ useClass: Settings, useFactory: () => URL })).toThrow(
      /there is useFactory and useClass/,
    )
  })
})

describe('the events of the pool', () => {
  async function logOf(logEvents: boolean | object | undefined): Promise<string[]> {
    const lines: string[] = []
    class Lines extends ConsoleLogger {
      override log(message: string, context?: string): void {
        if (context === 'Hostpool') lines.push(`log ${message}`)
      }
      override warn(message: string, context?: string): void {
        if (context === 'Hostpool') lines.push(`warn ${message}`)
      }
    }
    const app = await start([HostpoolModule.forRoot({ host: 'db1,db2' }, { logEvents })], [], new Lines())
    poolOf(app).hosts.drain('db1:3306')
    await app.close()
    return lines
  }

  it('are written to the logger of Nest', async () => {
    expect(await logOf(undefined)).toEqual([
      "log pool 'hostpool': db1:3306 is draining",
      "log pool 'hostpool': the pool has ended",
    ])
  })

  it('are left out, or have other levels, on request', async () => {
    expect(await logOf(false)).toEqual([])
    expect(await logOf({ levels: { hostDraining: 'warn', end: false } })).toEqual([
      "warn pool 'hostpool': db1:3306 is draining",
    ])
  })
})

describe('on shutdown', () => {
  /** What a module does on shutdown that works with the pool of another, as TypeORM's does. */
  function worker(name: string, log: string[], isGlobal: boolean): Type {
    class Worker implements OnApplicationShutdown {
      readonly pool: Pool
      constructor(@Inject(getPoolToken()) pool: Pool) {
        this.pool = pool
      }
      async onApplicationShutdown(): Promise<void> {
        await new Promise((resolve) => setTimeout(resolve, 2))
        log.push(`${name}: the pool is ${this.pool.status().state}`)
      }
    }
    Module({})(Worker)
    if (isGlobal) Global()(Worker)
    return Worker
  }

  it.each([
    ['the pool first, a global module after it', true, true, ['pool', 'worker']],
    ['a global module first, the pool after it', true, true, ['worker', 'pool']],
    ['a module after the pool', true, false, ['pool', 'worker']],
    ['a module before the pool', true, false, ['worker', 'pool']],
    ['a module that imports the pool', false, false, ['worker']],
    ['a global module that imports the pool', false, true, ['worker']],
  ])('the pool ends last: %s', async (_, poolIsGlobal, workerIsGlobal, order) => {
    const log: string[] = []
    const pool = HostpoolModule.forRoot(URL, { isGlobal: poolIsGlobal })
    const Worker = worker('worker', log, workerIsGlobal)
    const importing: DynamicModule = { module: Worker, imports: poolIsGlobal ? [] : [pool] }
    const App = worker('application', log, false)
    const app = await start([
      ...order.map((one) => (one === 'pool' ? pool : importing)),
      ...(poolIsGlobal ? [App] : [{ module: App, imports: [pool] }]),
    ])
    poolOf(app).on('end', () => log.push('the pool ends'))
    await app.close()
    expect(log.toSorted()).toEqual(['application: the pool is open', 'the pool ends', 'worker: the pool is open'])
    expect(log.at(-1)).toBe('the pool ends')
  })

  it('every pool of several ends after the work of the application', async () => {
    const log: string[] = []
    const modules = [HostpoolModule.forRoot(URL, { name: 'archive' }), HostpoolModule.forRoot(URL)]
    const app = await start([modules[0] as DynamicModule, worker('worker', log, true), modules[1] as DynamicModule])
    for (const name of ['archive', 'default']) poolOf(app, name).on('end', () => log.push('a pool ends'))
    await app.close()
    expect(log).toEqual(['worker: the pool is open', 'a pool ends', 'a pool ends'])
  })
})

describe('the health indicator', () => {
  it('is there to be injected, and finds pools by their names', async () => {
    const app = await start([HostpoolModule.forRoot(URL), HostpoolModule.forRoot(URL, { name: 'archive' })])
    const indicator = app.get(HostpoolHealthIndicator, { strict: false })
    await poolOf(app, 'archive').end()
    expect(await indicator.isReady('archive', { pool: 'archive' })).toMatchObject({
      archive: { status: 'down', message: 'the pool has been ended' },
    })
    await expect(indicator.isReady('x', { pool: 'unknown' })).rejects.toThrow(/HostpoolPool:unknown/)
    await expect(indicator.isReady('x', { tiemout: 5 } as object)).rejects.toThrow(/did you mean timeout/)
  })
})
