import { once } from 'node:events'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { errorMessage } from './error-text.js'

/** What another process asks the cluster's owner to do. */
export interface LaunchRequest {
  /** Index of the node. */
  readonly node: number
  /** Whether the node shall found the cluster anew. */
  readonly bootstrap: boolean
}

export type Launch = (request: LaunchRequest) => Promise<void>

interface Answer {
  readonly error?: string
}

/**
 * A server process lives as long as the one that started it. So a process that has only attached itself to a cluster
 * does not start nodes: it asks the owner to, over this Unix socket. One request, one answer, each a line of JSON.
 */
export async function serveLaunches(path: string, launch: Launch): Promise<Server> {
  const server = createServer((socket) => {
    socket.setTimeout(120_000, () => socket.destroy())
    answer(socket, launch)
      .then((reply) => socket.end(`${JSON.stringify(reply)}\n`))
      .catch(() => socket.destroy())
  })
  server.unref()
  server.listen(path)
  await once(server, 'listening')
  return server
}

async function answer(socket: Socket, launch: Launch): Promise<Answer> {
  try {
    const request: LaunchRequest = JSON.parse(await readLine(socket))
    await launch(request)
    return {}
  } catch (error) {
    return { error: errorMessage(error) }
  }
}

/** Asks the owner. Throws what it answers, or that it is gone. */
export async function requestLaunch(path: string, request: LaunchRequest, timeout: number): Promise<void> {
  const socket = createConnection({ path })
  socket.setTimeout(timeout, () => socket.destroy(new Error(`no answer within ${timeout} ms`)))
  try {
    socket.write(`${JSON.stringify(request)}\n`)
    const { error }: Answer = JSON.parse(await readLine(socket))
    if (error !== undefined) throw new Error(error)
  } catch (error) {
    throw new Error(`the cluster's owner did not start the node: ${errorMessage(error)}`, { cause: error })
  } finally {
    socket.destroy()
  }
}

/** The first line that comes in. Whatever happens to the socket later is no longer of interest. */
function readLine(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = ''
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      received += chunk
      if (received.includes('\n')) resolve(received)
    })
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('the connection was closed')))
  })
}
