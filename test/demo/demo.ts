import { createPool, type Pool } from '@mysql-hostpool/core'
import { createTables, dropTables, Orders, Reviews } from '@mysql-hostpool/example-both'
import { errorMessage } from '../cluster/error-text.js'
import type { DemoOptions } from './options.js'
import type { Applications } from './requests.js'
import { provideServers, type Servers } from './servers.js'
import { SingleHosts } from './single-hosts.js'
import { LivePage } from './live-page.js'
import { within } from '../program/within.js'
import { workThroughFault } from './work.js'

const CONNECTION_LIMIT = 12
/** Everything that is still open at the end gets this many milliseconds. */
const ENDING = 4_000

/** Runs the whole of it. Resolves to whether all was as it must be; rejects, with everything ended, once told to stop. */
export async function runDemo(
  options: DemoOptions,
  write: (text: string) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const say = (line: string) => write(`${line}\n`)
  const servers = await provideServers(options, say, signal)
  const { user, password, database, hosts } = servers.access
  const account = { user, password, database }
  const pool = createPool({
    host: hosts,
    ...account,
    connectionLimit: CONNECTION_LIMIT,
    // All of them open, and so on every host, even when the servers are so fast that a few would do.
    minIdle: CONNECTION_LIMIT,
    endTimeout: ENDING / 2,
  })
  const singleHosts = new SingleHosts(servers.access)
  let applications: Applications | undefined
  let page: LivePage | undefined
  let tablesAreOurs = false
  try {
    await makeTables(pool, singleHosts)
    tablesAreOurs = true
    signal.throwIfAborted()
    applications = { orders: await Orders.start(pool), reviews: await Reviews.start(pool) }
    signal.throwIfAborted()
    say(`a TypeORM and a Prisma application share one pool of ${CONNECTION_LIMIT} connections`)
    page = await LivePage.open(pool)
    say(`the pool, live in a browser: ${page.address}`)
    return await workThroughFault({ options, cluster: servers.cluster, applications, pool, singleHosts, write, signal })
  } finally {
    page?.close()
    await end(servers, { pool, singleHosts, applications, tablesAreOurs }, say)
  }
}

async function makeTables(pool: Pool, singleHosts: SingleHosts): Promise<void> {
  await createTables(pool)
  // The other hosts of a cluster have a new table a moment later; nobody may come before that.
  await singleHosts.ask((host) => host.query('SELECT 1 FROM hostpool_shop_product LIMIT 1'))
}

interface Ended {
  readonly pool: Pool
  readonly singleHosts: SingleHosts
  readonly applications: Applications | undefined
  readonly tablesAreOurs: boolean
}

/** Ends everything in bounded time, whatever state it is in. */
async function end(servers: Servers, ended: Ended, say: (line: string) => void): Promise<void> {
  const { pool, singleHosts, applications, tablesAreOurs } = ended
  const inOrder = async () => {
    await applications?.orders.stop()
    await applications?.reviews.stop()
    // Servers of the demo's own go away with all they hold.
    if (servers.cluster === undefined && tablesAreOurs) await dropTables(pool)
    await Promise.all([pool.end(), singleHosts.end()])
  }
  try {
    if (!(await within(inOrder(), ENDING))) say(`not everything ended within ${ENDING} ms`)
  } catch (error) {
    say(`while ending: ${errorMessage(error)}`)
  } finally {
    await servers.stop()
  }
}
