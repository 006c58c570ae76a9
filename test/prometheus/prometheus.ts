import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'

import { poll } from '../cluster/polling.js'
import { discardDirectory, makeOwnedDirectory, templateBase } from '../cluster/working-directory.js'

/** One series of an answer: its labels, and its value as Prometheus writes it. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>
  readonly value: readonly [time: number, value: string]
}

interface Answer {
  readonly status: string
  readonly error?: string
  readonly data?: { readonly result: readonly Series[] }
}

const SCRAPE_INTERVAL = '200ms'
const START_TIMEOUT = 15_000

/** A Prometheus of a test's own, which scrapes one address and keeps what it reads until it ends. */
export class Prometheus {
  readonly #process: ChildProcess
  readonly #directory: string
  readonly #url: string

  private constructor(process: ChildProcess, directory: string, url: string) {
    this.#process = process
    this.#directory = directory
    this.#url = url
  }

  /** @param target - `host:port` of what is scraped, at `/metrics` */
  static async start(program: string, target: string): Promise<Prometheus> {
    const directory = makeOwnedDirectory(templateBase(), 'cluster')
    const address = `127.0.0.1:${await freePort()}`
    const config = {
      global: { scrape_interval: SCRAPE_INTERVAL, scrape_timeout: SCRAPE_INTERVAL },
      scrape_configs: [{ job_name: 'pool', static_configs: [{ targets: [target] }] }],
    }
    const file = join(directory, 'prometheus.yml')
    // All JSON is YAML.
    writeFileSync(file, JSON.stringify(config))
    const args = [`--config.file=${file}`, `--storage.tsdb.path=${join(directory, 'data')}`]
    const child = spawn(program, [...args, `--web.listen-address=${address}`, '--log.level=warn'], {
      cwd: directory,
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    const prometheus = new Prometheus(child, directory, `http://${address}`)
    const ready = await poll(async () => ((await prometheus.#isReady()) ? true : undefined), {
      timeout: START_TIMEOUT,
    })
    if (ready === true) return prometheus
    await prometheus.end()
    throw new Error(`${program} was not ready within ${START_TIMEOUT} ms`)
  }

  /** What a query answers now. @throws where Prometheus refuses the query */
  async query(expression: string): Promise<readonly Series[]> {
    const response = await fetch(`${this.#url}/api/v1/query?${new URLSearchParams({ query: expression }).toString()}`)
    const { status, error, data } = (await response.json()) as Answer
    if (status !== 'success' || data === undefined) throw new Error(`${expression}: ${error ?? response.statusText}`)
    return data.result
  }

  async end(): Promise<void> {
    if (this.#process.exitCode === null) {
      // What it holds is thrown away.
      this.#process.kill('SIGKILL')
      await once(this.#process, 'exit')
    }
    discardDirectory(this.#directory)
  }

  async #isReady(): Promise<boolean> {
    try {
      return (await fetch(`${this.#url}/-/ready`)).ok
    } catch {
      return false
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
