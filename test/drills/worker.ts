import { setTimeout as sleep } from 'node:timers/promises'
import { errorMessage } from '../cluster/error-text.js'
import { within } from '../program/within.js'
import { runBurst } from './burst.js'
import { watchHandshakes } from './handshakes.js'
import type { Answer, Assignment, Burst, Order } from './messages.js'
import { PauseWatch } from './pauses.js'
import type { BurstRecord, SubjectRecord } from './record.js'
import { createSubject } from './subjects/create-subject.js'
import type { Subject } from './subjects/subject.js'
import { Traffic } from './traffic.js'
import { watchRequests } from './wire-requests.js'

/** How long all connections are held at once before the load, so that every pool has them. */
const WARM_UP_HOLD = 200
/** What libraries do only once is over when the load begins. */
const WARM_UP_REQUESTS = 20
/** A pool with short timeouts may need several turns for that when all pools begin at once. */
const WARM_UPS = 5
const ENDING = 15_000
const DRAINING = 3_000

const uncaught: string[] = []
process.on('uncaughtException', (error) => uncaught.push(`uncaught exception: ${errorMessage(error)}`))
process.on('unhandledRejection', (error) => uncaught.push(`unhandled rejection: ${errorMessage(error)}`))

/** The process of one pool under load: nothing that other pools do can disturb it, and nothing it does can disturb them. */
class Worker {
  readonly #handshakes = watchHandshakes()
  readonly #requests = watchRequests()
  readonly #pauses = new PauseWatch()
  readonly #assignment: Assignment
  #subject: Subject | undefined
  #traffic: Traffic | undefined
  #burst: Promise<BurstRecord> | undefined

  constructor(assignment: Assignment) {
    this.#assignment = assignment
  }

  /** Resolves to the pool's configuration when it has its connections. */
  async setUp(): Promise<string> {
    const subject = await createSubject(this.#assignment.subject, this.#assignment)
    this.#subject = subject
    this.#traffic = new Traffic(subject, this.#assignment.transactions)
    const wanted = this.#assignment.connections
    for (let left = WARM_UPS; ; left -= 1) {
      const { errors } = await runBurst(subject, { wanted, hold: WARM_UP_HOLD, freshPool: false })
      if (errors.length === 0) break
      if (left === 1) throw new Error(`a connection was refused before anything was broken: ${errors[0]}`)
    }
    for (let request = 0; request < WARM_UP_REQUESTS; request += 1) {
      await subject.readNote(1)
      await subject.write(1)
    }
    return subject.configuration
  }

  load(): void {
    this.#pauses.start()
    this.#traffic?.start(this.#assignment.rate)
  }

  burst(burst: Burst): void {
    if (burst.freshPool) this.#burst = this.#burstOnFreshPool(burst)
    else if (this.#subject) this.#burst = runBurst(this.#subject, burst)
  }

  async stop(): Promise<SubjectRecord> {
    const [subject, traffic] = [this.#subject, this.#traffic]
    if (subject === undefined || traffic === undefined) throw new Error('it was told to stop before it was set up')
    await traffic.stop()
    const burst = await this.#burst
    const pauses = this.#pauses.stop()
    const leaks = [...(await this.#drained(subject))]
    if (!(await within(subject.end(), ENDING))) leaks.push(`it did not end within ${ENDING} ms`)
    else leaks.push(...subject.leaks())
    const { changes } = subject
    const { samples, sent } = traffic
    const [handshakes, requests] = [this.#handshakes, this.#requests]
    return { samples, sent, changes, requests, handshakes, burst, uncaught, leaks, pauses }
  }

  async #burstOnFreshPool(burst: Burst): Promise<BurstRecord> {
    const fresh = await createSubject(this.#assignment.subject, this.#assignment)
    try {
      return await runBurst(fresh, burst)
    } finally {
      await within(fresh.end(), ENDING)
    }
  }

  /** Connections come back a moment after the last answer. */
  async #drained(subject: Subject): Promise<readonly string[]> {
    const deadline = performance.now() + DRAINING
    while (subject.leaks().length > 0 && performance.now() < deadline) await sleep(20)
    return subject.leaks()
  }
}

let worker: Worker | undefined
let finished = false

async function obey(order: Order): Promise<void> {
  switch (order.type) {
    case 'setUp':
      worker = new Worker(order.assignment)
      answer({ type: 'ready', configuration: await worker.setUp() })
      break
    case 'load':
      worker?.load()
      break
    case 'burst':
      worker?.burst(order.burst)
      break
    case 'block': {
      const end = performance.now() + order.milliseconds
      while (performance.now() < end);
      break
    }
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
