import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import {
  GaleraCluster,
  MariaDbUnavailable,
  MySqlGroup,
  MySqlUnavailable,
  parseServerUrl,
  provideUnpackedMariaDb,
  ReplicationSet,
  type ServerAccess,
  type ServerInstallation,
} from '../../cluster/index.js'
import { findInstallation, missingPackages } from '../../cluster/server-installation.js'
import { Authority } from '../../tls/authority.js'
import { TlsDoor } from '../../tls/tls-door.js'
import type { ServerRow } from '../dimensions/server-rows.js'
import { Unavailable } from '../report/result.js'

const DATABASE = 'matrix'

/** Where servers are reached over TLS, and what to trust. */
interface TlsAccess {
  readonly host: string
  readonly ssl: { readonly ca: string; readonly verifyIdentity?: boolean }
  /** The certificate of another authority. */
  readonly stranger: string
}

/** Servers of one row, for checks. */
export interface MatrixServers extends AsyncDisposable {
  readonly brand: ServerRow['brand']
  /** Options of a pool. */
  readonly options: Readonly<Record<'host' | 'user' | 'password' | 'database', string>>
  readonly sessionVariables: Readonly<Record<string, number>>
  readonly tls: TlsAccess | undefined
  /** Kills the host that matters most; where others have to be told, does what its operator would do. */
  readonly kill: (() => Promise<void>) | undefined
  readonly heal: () => Promise<void>
}

interface Start {
  readonly row: ServerRow
  readonly onProgress: (line: string) => void
  readonly signal: AbortSignal
}

/** Starts the servers of a row. @throws Unavailable */
export async function startServers(start: Start): Promise<MatrixServers> {
  try {
    return start.row.topology === 'running' ? running(start.row) : await started(start)
  } catch (error) {
    if (error instanceof MySqlUnavailable || error instanceof MariaDbUnavailable) {
      throw new Unavailable(error.message, { cause: error })
    }
    throw error
  }
}

type Cluster = GaleraCluster | MySqlGroup | ReplicationSet

async function started(start: Start): Promise<MatrixServers> {
  const { brand, topology } = start.row
  const cluster = await startCluster(start)
  try {
    const door = await openDoor(cluster, brand)
    return {
      brand,
      options: optionsOf(cluster),
      sessionVariables: topology === 'galera' ? { wsrep_sync_wait: 7 } : {},
      tls: door.access,
      kill: () => kill(cluster),
      heal: () => cluster.heal(),
      async [Symbol.asyncDispose]() {
        door.close()
        await cluster.stop()
      },
    }
  } catch (error) {
    await cluster.stop()
    throw error
  }
}

async function startCluster({ row, onProgress, signal }: Start): Promise<Cluster> {
  const common = { database: DATABASE, onProgress, signal }
  const { brand, topology } = row
  switch (topology) {
    case 'galera':
      return GaleraCluster.start({ ...common, installation: await provideMariaDb({ row, onProgress, signal }) })
    case 'replication':
      return brand === 'mysql'
        ? ReplicationSet.start({ ...common, kind: 'mysql' })
        : ReplicationSet.start({ ...common, installation: await provideMariaDb({ row, onProgress, signal }) })
    case 'group':
    case 'single-primary':
      return MySqlGroup.start({ ...common, singlePrimary: topology === 'single-primary' })
    case 'running':
      throw new Error(`${row.name} is not started here`)
    default:
      return topology satisfies never
  }
}

/** What this machine has installed, where it is the version of the row. */
async function provideMariaDb({ row, onProgress, signal }: Start): Promise<ServerInstallation> {
  const installed = missingPackages().length === 0 ? findInstallation() : undefined
  if (installed && row.version.test(installed.version)) return installed
  if (row.suite === undefined)
    throw new Unavailable(`this machine has ${installed ? `MariaDB ${installed.version}` : 'no MariaDB'}`)
  return provideUnpackedMariaDb(row.suite, onProgress, signal)
}

async function kill(cluster: Cluster): Promise<void> {
  if (!(cluster instanceof ReplicationSet)) return cluster.node(0).kill()
  await cluster.source.kill()
  await cluster.stopReceiving()
  await cluster.promote()
}

/** MySQL has certificates of its own, MariaDB gets a door before its last node, which is not killed. */
async function openDoor(
  cluster: Cluster,
  brand: ServerRow['brand'],
): Promise<{ readonly access: TlsAccess; readonly close: () => void }> {
  const { ca: stranger } = await Authority.make('another authority')
  const last = cluster.node(cluster.nodes.length - 1)
  if (brand === 'mysql') {
    const [row] = await last.sql('SELECT @@datadir AS directory, @@ssl_ca AS file')
    const ca = readFileSync(join(String(row?.['directory']), String(row?.['file'])), 'utf8')
    // They are for no name.
    return { access: { host: last.address, ssl: { ca, verifyIdentity: false }, stranger }, close: () => {} }
  }
  const authority = await Authority.make('the authority of the matrix')
  const door = await TlsDoor.open({ host: last.host, port: last.port }, await authority.certify('127.0.0.1'))
  return { access: { host: door.address, ssl: { ca: authority.ca }, stranger }, close: () => door.close() }
}

function running({ name, brand, url: variable = '' }: ServerRow): MatrixServers {
  const url = process.env[variable]
  if (!url) {
    throw new Unavailable(
      `no release of Debian, from where the servers come, has ${name}; ${variable}=mysql://user:password@host:port/database names servers that run already`,
    )
  }
  return {
    brand,
    options: optionsOf(parseServerUrl(url, variable)),
    sessionVariables: {},
    tls: undefined,
    kill: undefined,
    heal: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

function optionsOf({ hosts, user, password, database }: ServerAccess): MatrixServers['options'] {
  return { host: hosts, user, password, database }
}
