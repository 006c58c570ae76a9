import { examine } from '@mysql-hostpool/cli'
import { createPool } from '@mysql-hostpool/core'
import { mysql2Pool } from '@mysql-hostpool/mysql2'
import { HostpoolModule } from '@mysql-hostpool/nestjs'
import { PrismaHostpool } from '@mysql-hostpool/prisma'
import { retryTransaction, typeormDriver } from '@mysql-hostpool/typeorm'
import * as typeorm from 'typeorm'

import smokeModule from '../typeorm-smoke.cjs'

test('every package is loaded, and TypeORM works on the pool', async () => {
  const loaded = [mysql2Pool, PrismaHostpool, HostpoolModule, examine]
  expect(new Set(loaded.map((one) => typeof one))).toEqual(new Set(['function']))
  const hostpool = { createPool, retryTransaction, typeormDriver }
  const seen = await smokeModule.smoke(typeorm, hostpool, 'mariadb', process.env.DATABASE_URL)
  expect(seen.streamed).toEqual(['one', 'three', 'four'])
})
