// CommonJS: node typeorm.cjs <module of TypeORM> <url>
const { createPool } = require('@mysql-hostpool/core')
const { retryTransaction, typeormDriver } = require('@mysql-hostpool/typeorm')
const { smoke } = require('./typeorm-smoke.cjs')

const [, , name, url] = process.argv
const hostpool = { createPool, retryTransaction, typeormDriver }

async function main() {
  const typeorm = require(name)
  const seen = [await smoke(typeorm, hostpool, 'mariadb', url), await smoke(typeorm, hostpool, 'mysql', url)]
  process.stdout.write(JSON.stringify(seen))
}

main().catch((error) => {
  process.exitCode = 1
  process.stderr.write(String(error))
})
