const { smoke } = require('../typeorm-smoke.cjs')

// But for the package of Nest: Nest 12 is an ES module, which Jest does not load from CommonJS.
test('every package is loaded, and TypeORM works on the pool', async () => {
  const { examine } = require('@mysql-hostpool/cli')
  const { createPool } = require('@mysql-hostpool/core')
  const { mysql2Pool } = require('@mysql-hostpool/mysql2')
  const { PrismaHostpool } = require('@mysql-hostpool/prisma')
  const { retryTransaction, typeormDriver } = require('@mysql-hostpool/typeorm')
  expect([mysql2Pool, PrismaHostpool, examine].map((one) => typeof one)).toEqual(['function', 'function', 'function'])
  const hostpool = { createPool, retryTransaction, typeormDriver }
  const seen = await smoke(require('typeorm'), hostpool, 'mariadb', process.env.DATABASE_URL)
  expect(seen.streamed).toEqual(['one', 'three', 'four'])
})
