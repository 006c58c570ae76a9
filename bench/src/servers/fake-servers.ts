import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ServerAccess } from '@mysql-hostpool/test/cluster'
import type { FakeServerWays } from './fake-server.js'

const PROGRAM = fileURLToPath(new URL('fake-server-main.js', import.meta.url))

/** Servers that the subjects of a trial can use, until they are stopped. */
export interface Servers {
  readonly access: ServerAccess
  stop(): Promise<void>
}

/** Fake servers in a process of their own, so that their work does not count as a pool's. */
export async function forkFakeServers(ways: FakeServerWays): Promise<Servers> {
  const child = fork(PROGRAM, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const exited = once(child, 'exit')
  child.send(ways)
  const first: unknown = await Promise.race([once(child, 'message'), exited])
  const [ports] = first as [unknown]
  if (!Array.isArray(ports)) throw new Error('the fake servers did not start')
  return {
    access: {
      hosts: ports.map((port) => `127.0.0.1:${String(port)}`).join(','),
      user: 'bench',
      password: 'bench',
      database: 'bench',
    },
    async stop() {
      child.disconnect()
      await exited
    },
  }
}
