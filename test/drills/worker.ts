import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { errorMessage } from '../cluster/error-text.js'
import { within } from '../program/within.js'
import { runBurst } from './burst.js'
import { watchHandshakes } from './handshakes.js'
import type { Answer, Assignment, Burst, Order } from './messages.js'
import type { BurstRecord, SubjectRecord } from './record.js'
import { createSubject } from './subjects/create-subject.js'
import type { Subject } from './subjects/subject.js'
import { Traffic } from './traffic.js'

/** How long all connections are held at once before the load, so that every pool has them. */
const WARM_UP_HOLD = 200
/** A pool with short timeouts may need several turns for that when all pools begin at once. */
const WARM_UPS = 5
const ENDING = 15_000
const DRAINING = 3_000

/** The process of one pool under load: nothing that other pools do can disturb it, and nothing it does can disturb them. */
class Worker {
  readonly #handshakes = watchHandshakes()
  readonly #loop = monitorEventLoopDelay({ resolution: 5 })
  readonly #uncaught: string[] = []
  readonly #assignment: Assignment
  readonly #subject: Subject
  readonly #traffic: Traffic
  #burst: Promise<BurstRecord> | undefined

  constructor(assignment: Assignment) {
    this.#assignment = assignment
    process.on('uncaughtException', (error) => this.#uncaught.push(`uncaught exception: ${errorMessage(error)}`))
    process.on('unhandledRejection', (error) => this.#uncaught.push(`unhandled rejection: ${errorMessage(error)}`))
    this.#subject = createSubject(assignment.subject, assignment)
    this.#traffic = new Traffic(this.#subject)
  }

  async warmUp(): Promise<string> {
    const wanted = this.#assignment.connections
    for (let left = WARM_UPS; ; left -= 1) {
      const { errors } = await runBurst(this.#subject, { wanted, hold: WARM_UP_HOLD, freshPool: false })
      if (errors.length === 0) return this.#subject.configuration
      if (left === 1) throw new Error(`a connection was refused before anything was broken: ${errors[0]}`)
    }
  }

  load(): void {
    this.#loop.enable()
    this.#traffic.start(this.#assignment.rate)
  }

  burst(burst: Burst): void {
    this.#burst = burst.freshPool ? this.#burstOnFreshPool(burst) : runBurst(this.#subject, burst)
  }

  async stop(): Promise<SubjectRecord> {
    await this.#traffic.stop()
    const burst = await this.#burst
    const loopDelay = this.#loop.max / 1e6
    this.#loop.disable()
    const leaks = [...(await this.#drained())]
    if (!(await within(this.#subject.end(), ENDING))) leaks.push(`it did not end within ${ENDING} ms`)
    else leaks.push(...this.#subject.leaks())
    const { changes, loans } = this.#subject
    const { samples, sent } = this.#traffic
    const handshakes = this.#handshakes
    return { samples, sent, changes, loans, handshakes, burst, uncaught: this.#uncaught, leaks, loopDelay }
  }

  async #burstOnFreshPool(burst: Burst): Promise<BurstRecord> {
    const fresh = createSubject(this.#assignment.subject, this.#assignment)
    try {
      return await runBurst(fresh, burst)
    } finally {
      await within(fresh.end(), ENDING)
    }
  }

  /** Connections come back a moment after the last answer. */
  async #drained(): Promise<readonly string[]> {
    const deadline = performance.now() + DRAINING
    while (this.#subject.leaks().length > 0 && performance.now() < deadline) await sleep(20)
    return this.#subject.leaks()
  }
}

let worker: Worker | undefined
let finished = false

async function obey(order: Order): Promise<void> {
  switch (order.type) {
    case 'setUp':
      worker = new Worker(order.assignment)
      answer({ type: 'ready', configuration: await worker.warmUp() })
      break
    case 'load':
      worker?.load()
      break
    case 'burst':
      worker?.burst(order.burst)
      break
    case 'stop':
      if (worker === undefined) break
      answer({ type: 'done', record: await worker.stop() }, () => {
        // From here on only a timer or a connection that was left behind can keep this process alive.
        finished = true
        process.disconnect()
      })
      break
    default:
      order satisfies never
  }
}

function answer(message: Answer, sent: () => void = () => undefined): void {
  process.send?.(message, sent)
}

// The drill decides when this process ends; without the drill it has no purpose.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)
process.on('disconnect', () => {
  if (!finished) process.exit(1)
})
process.on('message', (order: Order) => {
  obey(order).catch((error: unknown) => answer({ type: 'failed', message: errorMessage(error) }))
})
