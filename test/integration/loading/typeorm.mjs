// An ES module: node typeorm.mjs <module of TypeORM> <url>
import { createPool } from '@mysql-hostpool/core'
import { retryTransaction, typeormDriver } from '@mysql-hostpool/typeorm'
import smokeModule from './typeorm-smoke.cjs'

const [, , name, url] = process.argv
const hostpool = { createPool, retryTransaction, typeormDriver }

const typeorm = await import(name)
const seen = []
for (const type of ['mariadb', 'mysql']) seen.push(await smokeModule.smoke(typeorm, hostpool, type, url))
process.stdout.write(JSON.stringify(seen))
