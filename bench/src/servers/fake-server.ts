import { once } from 'node:events'
import type { AddressInfo, Server as SocketServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Connection, createServer } from 'mysql2'

/** Servers that only pretend. */
export interface FakeServerWays {
  /** For each of them the milliseconds from a connect until its greeting. */
  readonly connectTimes: readonly number[]
}

/** What mysql2's servers do and its types leave out. */
interface ServerConnection extends Connection {
  on(event: string, listener: (...args: never[]) => void): this
  readonly stream: {
    readonly destroyed: boolean
    setNoDelay(on: boolean): void
    on(event: 'error', run: () => void): void
  }
}

/** Autocommit: a session without it may have a transaction open, and a careful pool rolls back. */
const STATUS = 2
const OK = { affectedRows: 0, serverStatus: STATUS }
const HELLO = {
  protocolVersion: 10,
  serverVersion: '10.11.0-MariaDB-pretended',
  connectionId: 1,
  statusFlags: STATUS,
  characterSet: 45,
  // Everything a client of today asks for but TLS, compression and the end of EOF packets, which mysql2's server cannot do.
  capabilityFlags: 0x00_0b_f7_df,
}
const COM_RESET_CONNECTION = 0x1f
/** `SELECT 1 /* takes 2 ms *\/` is answered after so long. */
const DURATION = /takes (\d+) ms/

/** A server that speaks the protocol and holds nothing: what a pool costs is not hidden behind what a database costs. */
export function startFakeServers({ connectTimes }: FakeServerWays): Promise<readonly number[]> {
  return Promise.all(connectTimes.map(startOne))
}

async function startOne(connectTime: number): Promise<number> {
  let connections = 0
  const server = createServer((raw: Connection) => {
    const connection = raw as ServerConnection
    connections += 1
    // A client's cache of prepared statements, half a megabyte of it for each connection: ten thousand would fill the memory.
    Reflect.set(connection, '_statements', undefined)
    connection.stream.setNoDelay(true)
    connection.on('error', () => undefined)
    connection.stream.on('error', () => undefined)
    const authCallback = (_: unknown, done: (error: null) => void) => reply(connection, 2, () => done(null))
    const greet = () => void connection.serverHandshake({ ...HELLO, connectionId: connections, authCallback })
    if (connectTime > 0) setTimeout(greet, connectTime)
    else greet()
    // `SET`, which mysql2's server takes for a preparation.
    connection.on('stmt_prepare', () => ok(connection))
    connection.on('ping', () => ok(connection))
    connection.on('query', (sql: string) => void answer(connection, sql))
    connection.on('packet', (_: unknown, known: boolean, command: number) => {
      if (!known && command === COM_RESET_CONNECTION) ok(connection)
    })
  })
  server.listen(0)
  // mysql2 keeps the socket server to itself, and there is no other way to learn the port.
  const listening = Reflect.get(server, '_server') as SocketServer
  await once(listening, 'listening')
  return (listening.address() as AddressInfo).port
}

async function answer(connection: ServerConnection, sql: string): Promise<void> {
  const duration = Number(DURATION.exec(sql)?.[1] ?? 0)
  if (duration > 0) await sleep(duration)
  if (connection.stream.destroyed) return
  reply(connection, 1, () => {
    // What a probe asks: the server takes writes …
    if (sql.includes('@@global.read_only')) connection.writeTextResult(TAKES_WRITES, ['name', 'value'].map(columnOf))
    else if (/^\s*select/i.test(sql)) connection.writeTextResult([{ one: '1' }], [columnOf('one')])
    // … and is a member of nothing.
    else if (/^\s*show/i.test(sql)) connection.writeTextResult([], [columnOf('one')])
    else connection.writeOk(OK)
  })
}

function ok(connection: ServerConnection): void {
  reply(connection, 1, () => connection.writeOk(OK))
}

/** Packets are numbered anew with each command; mysql2's server does not do that by itself. */
function reply(connection: ServerConnection, number: number, write: () => void): void {
  connection.sequenceId = number
  write()
  connection.sequenceId = 0
}

const TAKES_WRITES = [{ name: 'READ_ONLY', value: '0' }]

function columnOf(name: string): object {
  return { ...COLUMN, name, orgName: name }
}

const COLUMN = {
  catalog: 'def',
  schema: '',
  table: '',
  orgTable: '',
  name: 'one',
  orgName: 'one',
  characterSet: 45,
  columnLength: 4,
  columnType: 253,
  flags: 0,
  decimals: 0,
}
