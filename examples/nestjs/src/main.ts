import 'reflect-metadata'
import { NestFactory } from '@nestjs/core'

import { AppModule } from './app.module.js'

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] })
// On SIGTERM and SIGINT requests under way are answered, then the DataSource is destroyed, then the pool is ended.
app.enableShutdownHooks()
await app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1')
console.log(`listening on ${await app.getUrl()}`)
