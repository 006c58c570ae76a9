import 'reflect-metadata'
import type { Pool } from '@mysql-hostpool/core'
import { getPoolToken } from '@mysql-hostpool/nestjs'
import { statusPage } from '@mysql-hostpool/status-page'
import { NestFactory } from '@nestjs/core'

import { AppModule } from './app.module.js'

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] })
// On SIGTERM and SIGINT requests under way are answered, then the DataSource is destroyed, then the pool is ended.
app.enableShutdownHooks()
// The pool, live in a browser of this machine.
app.use('/hostpool', statusPage(app.get<Pool>(getPoolToken(), { strict: false })))
await app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1')
console.log(`listening on ${await app.getUrl()}`)
