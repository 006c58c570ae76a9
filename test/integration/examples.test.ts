import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'

import { formatServerUrl } from '../cluster/index.js'
import { access } from './setup/servers.js'

const run = promisify(execFile)
const TIMEOUT = 60_000

/** What an example must print, beside ending well. */
const EXAMPLES = {
  plain: [
    'inserted task ',
    'found "read this example"',
    'still open: copy it, change it',
    '1 done, counted on ',
    '40 queries at once were answered by ',
    'as expected: ER_NO_SUCH_TABLE',
    ' of at most 4 connections are open, 0 in use',
  ],
  typeorm: [
    'Ursula wrote The Dispossessed and Always Coming Home',
    'in the transaction there are 3 books',
    'rolled back: changed my mind',
    'books per author: Ursula 2, Stanisław 1',
    'streamed: Solaris, The Dispossessed, Always Coming Home',
  ],
  prisma: [
    'Ada is now Ada L.',
    '1 order is paid',
    'rolled back with P2002: there is 1 customer',
    'Ada has ordered for 34.90',
    'deleted ada@example.com; 0 orders are left',
  ],
  both: [
    'TypeORM reads "product 7", Prisma reads "product 7"',
    '80 requests have written 160 rows',
    'an order with 2 lines, and a review with 2 photos',
    'at most 4 of 4 connections were in use; ',
  ],
} as const

describe('an example, run as its README says,', () => {
  test.each(Object.entries(EXAMPLES))(
    '%s: ends well, twice in a row',
    async (name, expected) => {
      const DATABASE_URL = formatServerUrl(access)
      for (let time = 0; time < 2; time += 1) {
        const { stdout, stderr } = await runExample(name, { DATABASE_URL })
        for (const line of expected) expect(stdout).toContain(line)
        expect(stdout).toMatch(/^done$/m)
        expect(stderr).toBe('')
      }
    },
    2 * TIMEOUT,
  )

  test.each(Object.keys(EXAMPLES))('%s: says which variable is missing', async (name) => {
    await expect(runExample(name, { DATABASE_URL: undefined })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Set DATABASE_URL, for example to mysql://'),
    })
  })
})

/** Rejects when the example does not exit with status 0, or takes too long. */
async function runExample(name: string, environment: Readonly<Record<string, string | undefined>>) {
  const main = fileURLToPath(new URL(`../../examples/${name}/dist/main.js`, import.meta.url))
  return run(process.execPath, [main], { timeout: TIMEOUT, env: { ...process.env, ...environment } })
}
