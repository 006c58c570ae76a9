import { createConnection } from 'mysql2/promise'
import type { TestProject } from 'vitest/node'
import { GaleraCluster, parseServerUrl, type ServerAccess } from '../../cluster/index.js'
import { errorMessage } from '../../cluster/error-text.js'
import type { TestServers } from './servers.js'

const VARIABLE = 'HOSTPOOL_TEST_URL'

/**
 * One cluster for all integration tests. It is started here, in the process that outlives every test file, and its
 * details are handed to the test files, which attach themselves to it (`servers.ts`).
 */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const url = process.env[VARIABLE]
  if (url) {
    const access = parseServerUrl(url, VARIABLE)
    await reachAll(access)
    project.provide('hostpoolServers', access)
    return undefined
  }
  const cluster = await GaleraCluster.start({ onProgress: (line) => process.stdout.write(`cluster: ${line}\n`) })
  const { hosts, user, password, database, details } = cluster
  const servers: TestServers = { hosts, user, password, database, cluster: details }
  project.provide('hostpoolServers', servers)
  return () => cluster.stop()
}

/** Better one clear error now than the same one in every test. */
async function reachAll({ hosts, ...account }: ServerAccess): Promise<void> {
  for (const address of hosts.split(',')) {
    const { hostname, port } = new URL(`tcp://${address}`)
    const host = hostname.replace(/^\[|\]$/g, '')
    try {
      const connection = await createConnection({ ...account, host, port: Number(port || 3306), connectTimeout: 5_000 })
      await connection.end()
    } catch (error) {
      throw new Error(`${VARIABLE}: cannot connect to ${address} as ${account.user}: ${errorMessage(error)}`, {
        cause: error,
      })
    }
  }
}
