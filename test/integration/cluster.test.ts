import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type Connection, createConnection } from 'mysql2/promise'
import { afterEach, expect, onTestFinished, test } from 'vitest'
import { type ClusterDetails, GaleraCluster, type GaleraNode, NodeState } from '../cluster/index.js'
import { describeWithFaults, faultyCluster } from './setup/servers.js'

const LONG = 120_000

async function connect(cluster: GaleraCluster, node: GaleraNode): Promise<Connection> {
  const { user, password, database } = cluster
  const connection = await createConnection({
    host: node.host,
    port: node.port,
    user,
    password,
    database,
    connectTimeout: 5_000,
  })
  // Faults drop connections; their errors also reach the statement that was under way.
  connection.on('error', () => {})
  onTestFinished(() => connection.destroy())
  return connection
}

const states = (cluster: GaleraCluster) => Promise.all(cluster.nodes.map(async (node) => (await node.status()).state))

describeWithFaults('a node of the shared cluster', () => {
  afterEach(() => faultyCluster().heal(), LONG)

  test(
    'is down when killed, says why in its own log lines, and comes back when the owner of the cluster starts it',
    { timeout: LONG },
    async () => {
      const cluster = faultyCluster()
      const node = cluster.node(1)
      const before = node.pid
      await node.kill()
      expect(await states(cluster)).toEqual(['synced', 'down', 'synced'])
      expect(node.pid).toBeUndefined()
      await expect(node.waitFor(NodeState.Synced, 500)).rejects.toThrow(/node2 .* is down; .*log lines:\n.*WSREP/s)
      await cluster.node(0).waitFor(({ wsrep }) => wsrep?.clusterSize === 2)
      await node.start()
      await cluster.waitUntilHealthy()
      expect(node.pid).not.toBe(before)
      // It outlives this test file.
      const parent = Number(readFileSync(`/proc/${node.pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1])
      expect(parent).not.toBe(process.pid)
      expect(parent).toBe(process.ppid)
    },
  )

  test('keeps connections open and answers nothing while frozen', { timeout: LONG }, async () => {
    const cluster = faultyCluster()
    const node = cluster.node(1)
    const connection = await connect(cluster, node)
    await node.freeze()
    expect(await states(cluster)).toEqual(['synced', 'frozen', 'synced'])
    await expect(connection.query({ sql: 'SELECT 1', timeout: 500 })).rejects.toMatchObject({
      code: 'PROTOCOL_SEQUENCE_TIMEOUT',
    })
    node.thaw()
    await node.waitFor(NodeState.Synced)
  })

  test('refuses statements with a healthy status while it rejects queries', { timeout: LONG }, async () => {
    const cluster = faultyCluster()
    const node = cluster.node(1)
    const connection = await connect(cluster, node)
    await node.rejectQueries('ALL')
    expect(await node.status()).toMatchObject({ state: 'synced', wsrep: { ready: true, rejectQueries: 'ALL' } })
    await expect(connection.query('SELECT * FROM mysql.user')).rejects.toMatchObject({ errno: 1047 })
    await node.rejectQueries('NONE')
    await connection.query('SELECT * FROM mysql.user')
    await node.rejectQueries('ALL_KILL')
    await expect(connection.query('SELECT * FROM mysql.user')).rejects.toMatchObject({ fatal: true })
  })

  test('refuses writes of the application while read-only', { timeout: LONG }, async () => {
    const cluster = faultyCluster()
    const node = cluster.node(0)
    const connection = await connect(cluster, node)
    await node.setReadOnly(true)
    expect(await node.status()).toMatchObject({ state: 'synced', wsrep: { readOnly: true } })
    await expect(connection.query('CREATE TABLE refused (id INT PRIMARY KEY)')).rejects.toMatchObject({ errno: 1290 })
  })

  test('calls itself a donor while desynced, and still serves', { timeout: LONG }, async () => {
    const cluster = faultyCluster()
    const node = cluster.node(2)
    await node.setDesync(true)
    expect(await node.status()).toMatchObject({ state: 'donor', wsrep: { localState: 2, ready: true, desync: true } })
    await (await connect(cluster, node)).query('SELECT * FROM mysql.user')
    await node.setDesync(false)
    await node.waitFor(NodeState.Synced)
  })

  test(
    'turns non-primary when isolated, refuses tables, and is synced again after it rejoined',
    { timeout: LONG },
    async () => {
      const cluster = faultyCluster()
      const node = cluster.node(1)
      const connection = await connect(cluster, node)
      await node.isolate()
      await node.waitFor(NodeState.NonPrimary)
      expect(await node.status()).toMatchObject({ wsrep: { ready: false, clusterSize: 1 } })
      await expect(connection.query('SELECT * FROM mysql.user')).rejects.toMatchObject({ errno: 1047 })
      await cluster.node(0).waitFor(({ wsrep }) => wsrep?.clusterSize === 2)
      await node.rejoin()
      await cluster.waitUntilHealthy()
      await connection.query('SELECT * FROM mysql.user')
    },
  )
})

describeWithFaults('the whole shared cluster', () => {
  afterEach(() => faultyCluster().heal(), LONG)

  test('is found again after all its nodes crashed', { timeout: LONG }, async () => {
    const cluster = faultyCluster()
    await Promise.all(cluster.nodes.map((node) => node.kill()))
    expect(await states(cluster)).toEqual(['down', 'down', 'down'])
    await cluster.startAll()
    expect(await states(cluster)).toEqual(['synced', 'synced', 'synced'])
  })

  test('is founded again by the node that left last after all were shut down', { timeout: LONG }, async () => {
    const cluster = faultyCluster()
    for (const node of cluster.nodes) await node.shutdown()
    await cluster.startAll()
    expect(await states(cluster)).toEqual(['synced', 'synced', 'synced'])
  })
})

describeWithFaults('a second harness', () => {
  test('runs beside the first with addresses and data of its own, and leaves nothing', { timeout: LONG }, async () => {
    const first = faultyCluster()
    const second = await GaleraCluster.start({ nodes: 2, database: 'other', settings: { max_connections: 17 } })
    try {
      expect(second.nodes.map(({ host }) => host)).not.toContain(first.node(0).host)
      const connection = await connect(second, second.node(1))
      await connection.query('CREATE TABLE only_here (id INT PRIMARY KEY)')
      const [found] = await first
        .node(0)
        .sql("SELECT COUNT(*) AS n FROM information_schema.TABLES WHERE TABLE_NAME = 'only_here'")
      expect(Number(found?.['n'])).toBe(0)
      const [limit] = await second.node(0).sql('SELECT @@max_connections AS n')
      expect(Number(limit?.['n'])).toBe(17)
      expect(await states(first)).toEqual(['synced', 'synced', 'synced'])
    } finally {
      const pids = second.nodes.map(({ pid }) => pid)
      await second.stop()
      expect(pids.filter((pid) => pid !== undefined && isRunning(pid))).toEqual([])
      expect(existsSync(second.details.directory)).toBe(false)
      await second.stop()
    }
  })

  test('that cannot come up says why in the words of the server', { timeout: LONG }, async () => {
    await expect(GaleraCluster.start({ nodes: 1, settings: { no_such_setting: 1 } })).rejects.toThrow(
      /node1 .* is down; .*no_such_setting/s,
    )
  })

  test('can be given up while it starts', { timeout: LONG }, async () => {
    const reason = new Error('changed my mind')
    const controller = new AbortController()
    const starting = GaleraCluster.start({
      signal: controller.signal,
      onProgress: (line) => line.startsWith('node1') && controller.abort(reason),
    })
    await expect(starting).rejects.toBe(reason)
  })

  test('has its servers ended by the kernel when its process is killed', { timeout: LONG }, async () => {
    // Another process, so the built harness.
    const built = new URL('../dist/cluster/index.js', import.meta.url)
    if (!existsSync(fileURLToPath(built))) throw new Error('the harness is not built: run `npm run build` first')
    const script =
      `const { GaleraCluster } = await import(${JSON.stringify(built.href)});` +
      'const { details, nodes } = await GaleraCluster.start({ nodes: 1 });' +
      'console.log(JSON.stringify({ details, pid: nodes[0].pid })); setInterval(() => {}, 1000)'
    const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(() => void owner.kill('SIGKILL'))
    const [line] = await once(createInterface(owner.stdout), 'line')
    const { details, pid }: { details: ClusterDetails; pid: number } = JSON.parse(String(line))
    expect(isRunning(pid)).toBe(true)
    owner.kill('SIGKILL')
    await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false)
    // Its files go when the next cluster starts.
    expect(existsSync(details.directory)).toBe(true)
    await using next = await GaleraCluster.start({ nodes: 1 })
    expect(existsSync(next.details.directory)).toBe(true)
    expect(existsSync(details.directory)).toBe(false)
  })
})

/** A server that has ended may stay listed until its parent takes note of it; it then has no command line any more. */
function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}/cmdline`) && readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== ''
}
