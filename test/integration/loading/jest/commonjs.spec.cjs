const { smoke } = require('../typeorm-smoke.cjs')

// But for the package of Nest: Nest 12 is an ES module, which Jest does not load from CommonJS.
test('every package is loaded, and TypeORM works on the pool', async () => {
  const { examine } = require('@mysql-hostpool/cli')
  const { createPool } = require('@mysql-hostpool/core')
  const { mysql2Pool } = require('@mysql-hostpool/mysql2')
  const { PrismaHostpool } = require('@mysql-hostpool/prisma')
  const { statusPage } = require('@mysql-hostpool/status-page')
  const { retryTransaction, typeormDriver } = require('@mysql-hostpool/typeorm')
  const loaded = [mysql2Pool, PrismaHostpool, examine, statusPage]
  expect(new Set(loaded.map((one) => typeof one))).toEqual(new Set(['function']))
  const hostpool = { createPool, retryTransaction, typeormDriver }
  const seen = await smoke(require('typeorm'), hostpool, 'mariadb', process.env.DATABASE_URL)
  expect(seen.streamed).toEqual(['one', 'three', 'four'])
})
