import { request } from 'node:http'
import { json } from 'node:stream/consumers'

import type { Pool } from '@mysql-hostpool/core'
import { getPoolToken, HostpoolModule } from '@mysql-hostpool/nestjs'
import { typeormDriver } from '@mysql-hostpool/typeorm'
import { Controller, Get, Module } from '@nestjs/common'
import type { DynamicModule, OnApplicationShutdown } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { InjectDataSource, TypeOrmModule } from '@nestjs/typeorm'
import type { TypeOrmModuleOptions } from '@nestjs/typeorm'
import { DataSource } from 'typeorm'
import { beforeAll, describe, expect, test, vi } from 'vitest'

import { freshDatabase, type TestDatabase } from './setup/fresh-database.js'

let database: TestDatabase

/** A request on a connection of its own: one that is kept alive would keep the server waiting for its client. */
function get(url: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    request(url, { agent: false }, (response) => resolve(json(response)))
      .once('error', reject)
      .end()
  })
}

/** TypeORM on the pool of the application. */
function typeorm(imports: DynamicModule[] = []): DynamicModule {
  return TypeOrmModule.forRootAsync({
    imports,
    inject: [getPoolToken()],
    useFactory: (pool: Pool): TypeOrmModuleOptions => ({ type: 'mariadb', driver: typeormDriver(pool) }),
  })
}

/** The ways in which an application may import the pool and TypeORM. */
const arrangements: readonly (readonly [string, () => DynamicModule[]])[] = [
  ['the pool is imported before TypeORM', () => [HostpoolModule.forRoot(database), typeorm()]],
  ['the pool is imported after TypeORM', () => [typeorm(), HostpoolModule.forRoot(database)]],
  [
    'the pool is imported by TypeORM alone',
    () => [typeorm([HostpoolModule.forRoot(database, { isGlobal: false, endOnShutdown: true })])],
  ],
]

beforeAll(async () => {
  database = await freshDatabase('nestjs_shutdown')
})

describe('a NestJS application that is closed while a request is under way', () => {
  test.each(arrangements)(
    'answers the request, then destroys the DataSource, then ends the pool: %s',
    async (_, imports) => {
      const log: string[] = []

      @Controller('work')
      class Work implements OnApplicationShutdown {
        readonly #source: DataSource
        constructor(@InjectDataSource() source: DataSource) {
          this.#source = source
        }
        @Get()
        async work(): Promise<{ answer: number }> {
          log.push('the request begins')
          await this.#source.query('SELECT SLEEP(0.2)')
          // Another connection may be needed, so a pool that no longer lends would show.
          const [[row]] = await Promise.all([
            this.#source.query<{ answer: number }[]>('SELECT 42 AS answer'),
            this.#source.query('SELECT SLEEP(0.05)'),
          ])
          log.push('the request ends')
          return { answer: Number(row?.answer) }
        }
        async onApplicationShutdown(): Promise<void> {
          await this.#source.query('SELECT 1')
          log.push('the application writes its last statement')
        }
      }
      @Module({ imports: imports(), controllers: [Work] })
      class Application {}
      const app = await NestFactory.create(Application, { logger: false, abortOnError: false })
      const source = app.get(DataSource)
      const pool = app.get<Pool>(getPoolToken(), { strict: false })
      pool.on('end', () => log.push('the pool has ended'))
      const destroy = source.destroy.bind(source)
      vi.spyOn(source, 'destroy').mockImplementation(async () => {
        await destroy()
        log.push(`the DataSource is destroyed, the pool is ${pool.status().state}`)
      })
      await app.listen(0, '127.0.0.1')
      const answer = get(`${await app.getUrl()}/work`)
      await expect.poll(() => log, { interval: 5 }).toEqual(['the request begins'])
      await app.close()
      expect(await answer).toEqual({ answer: 42 })
      expect(log).toEqual([
        'the request begins',
        'the request ends',
        'the application writes its last statement',
        'the DataSource is destroyed, the pool is open',
        'the pool has ended',
      ])
      expect(pool.status()).toMatchObject({ state: 'ended', total: 0 })
    },
  )
})
