import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

import type { PageMessage } from '@mysql-hostpool/status-page'
import { expect, onTestFinished, test } from 'vitest'

import { formatServerUrl } from '../cluster/index.js'
import { access } from './setup/servers.js'

test('the demo prints the address of its page, which shows the hosts of the demo, and ends when it is told to', async () => {
  const main = fileURLToPath(new URL('../dist/demo/main.js', import.meta.url))
  const demo = spawn(process.execPath, [main], { env: { ...process.env, HOSTPOOL_DEMO_URL: formatServerUrl(access) } })
  onTestFinished(() => void demo.kill('SIGKILL'))
  let output = ''
  const address = await new Promise<string>((resolve, reject) => {
    demo.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
      const found = /^the pool, live in a browser: (http:\S+)$/m.exec(output)?.[1]
      if (found !== undefined) resolve(found)
    })
    demo.once('exit', () => reject(new Error(`The demo ended before it had a page: ${output}`)))
  })
  const { pools } = (await (await fetch(`${address}?file=status.json`)).json()) as PageMessage
  expect(pools[0]?.hosts.map(({ name }) => name)).toEqual(access.hosts.split(','))
  const exit = once(demo, 'exit')
  demo.kill('SIGINT')
  await exit
  await expect(fetch(address)).rejects.toThrow('fetch failed')
})
