// An application in CommonJS: `require` of the packages, and of a client that was generated for CommonJS.
const { createPool } = require('@mysql-hostpool/core')
const { originalError, PrismaHostpool, retryTransactions } = require('@mysql-hostpool/prisma')
const { Prisma, PrismaClient } = require('../../../dist/integration/prisma/commonjs/generated/client.cjs')

async function main(url) {
  const pool = createPool(url)
  const client = new PrismaClient({ adapter: new PrismaHostpool(pool) })
  const prisma = client.$extends(retryTransactions())
  const { email } = await prisma.$transaction((tx) => tx.author.create({ data: { email: 'from CommonJS' } }))
  const duplicate = await client.author.create({ data: { email } }).catch((error) => error)
  const isKnown = duplicate instanceof Prisma.PrismaClientKnownRequestError
  const hasOriginal = originalError(duplicate) !== undefined
  await client.$disconnect()
  await pool.end()
  process.stdout.write(JSON.stringify({ email, isKnown, hasOriginal }))
}

main(process.argv[2]).catch((error) => {
  process.stderr.write(String(error))
  process.exitCode = 1
})
