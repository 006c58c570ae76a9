import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'

import type { Pool } from '@mysql-hostpool/core'
import { statusPage } from '@mysql-hostpool/status-page'

/**
 * Serves the status page of a pool, and has another process read its events as a browser does, so that the processor time of the
 * reader is not counted. Resolves when the reader has asked. Neither the server nor the reader keeps this process alive.
 */
export async function openPage(pool: Pool): Promise<void> {
  const page = statusPage(pool)
  const server = createServer(page)
  server.listen(0, '127.0.0.1').unref()
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  spawn(process.execPath, ['--eval', READER, String(port)], { stdio: 'ignore' }).unref()
  await once(server, 'request')
}

/** Asks again when a stream has ended, until the page says with status 204 that there is nothing more, or the server is gone. */
const READER = `
const { get } = require('node:http')
const address = 'http://127.0.0.1:' + process.argv.at(-1) + '/?file=events'
function read() {
  get(address, { agent: false }, (response) => {
    if (response.statusCode === 200) response.resume().on('end', read)
    else response.resume()
  }).on('error', () => undefined)
}
read()
`
