// An application of NestJS with a pool: injection, the health check, and a shutdown in order.
import 'reflect-metadata'
import assert from 'node:assert/strict'

import { getPoolToken, HostpoolHealthIndicator, HostpoolModule } from '@mysql-hostpool/nestjs'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { TerminusModule } from '@nestjs/terminus'

export default async function nestjs({ servers, sessionVariables }) {
  const AppModule = class AppModule {
    name = 'matrix'
  }
  Module({
    imports: [
      HostpoolModule.forRootAsync({ useFactory: () => ({ ...servers, sessionVariables, connectionLimit: 2 }) }),
      TerminusModule,
    ],
  })(AppModule)
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false })
  const pool = app.get(getPoolToken())
  const [[{ one }]] = await pool.query('SELECT 1 AS one')
  assert.equal(Number(one), 1)
  const health = await app.get(HostpoolHealthIndicator).isReady('database', { access: 'write' })
  assert.equal(health.database.status, 'up')
  await app.close()
  await assert.rejects(pool.query('SELECT 1'), { code: 'ERR_HOSTPOOL_CLOSED' })
}
