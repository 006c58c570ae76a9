import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { expect, test } from 'vitest'

import { formatServerUrl } from '../cluster/index.js'
import { freshDatabase } from './setup/fresh-database.js'

const run = promisify(execFile)

/** Each in a process of its own: a tracer changes what is loaded after it. */
test.concurrent.each([
  ['OpenTelemetry', 'opentelemetry'],
  ['Sentry', 'sentry'],
  ['Datadog', 'datadog'],
  ['New Relic', 'new-relic'],
  ['Elastic', 'elastic'],
])('%s sees each statement, repeated or not, in the request that sent it', async (_, name) => {
  const database = await freshDatabase(`tracers_${name.replace('-', '_')}`)
  const url = `${formatServerUrl({ ...database, hosts: database.host })}?connectionLimit=1`
  const program = fileURLToPath(new URL(`tracers/${name}.cjs`, import.meta.url))
  const { stdout } = await run(process.execPath, [program], { env: { ...process.env, TRACED_URL: url } })
  const line = stdout.split('\n').find((one) => one.startsWith('{"seen"')) ?? stdout
  expect(JSON.parse(line)).toEqual({
    seen: {
      'query, one text': 10,
      'query, ten texts': 10,
      'execute, one text': 10,
      'a lease': 10,
      'a transaction': 10,
      'a callback': 10,
      'a promise': 10,
    },
  })
})
