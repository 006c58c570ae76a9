import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { statusPage, type HostSample, type PageMessage, type Sample } from '@mysql-hostpool/status-page'

import { Random } from '../program/random.js'
import { ScenePool } from './scene-pool.js'

const INTERVAL = 5_000
const SAMPLES = 120
/** The sample in which the host is lost. */
const LOST = SAMPLES - 8

/** A page with ten minutes behind it, the same in each picture. */
export class Scene {
  readonly address: string
  readonly message: PageMessage
  readonly #server: Server

  private constructor(server: Server, address: string, message: PageMessage) {
    this.#server = server
    this.address = address
    this.message = message
  }

  static async set(now: number): Promise<Scene> {
    const scene = new ScenePool(now)
    const server = createServer(statusPage(scene.pool, { title: 'Shop: databases' }))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    play(scene)
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const response = await fetch(`${address}?file=status.json`)
    const [pool] = ((await response.json()) as PageMessage).pools
    if (pool === undefined) throw new Error('The page shows no pool')
    // What happened is moved to where it belongs; the newest comes last.
    const events = pool.events.map((event, index) => {
      const at = now - (AGO[index] ?? 0) * 1000
      return { ...event, first: at, last: event.times > 1 ? now - 2_000 : at }
    })
    const { text } = pool.sentence
    const sentence = { ...pool.sentence, text: text.replace(/for [^:]*:/, 'for 40 s:') }
    return new Scene(server, address, {
      now,
      first: true,
      pools: [{ ...pool, sentence, events, samples: samples(now) }],
    })
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}

/** Seconds before the picture at which the events happened, in their order. */
const AGO = [25_412, 25_377, 9_120, 41, 40, 40]

function play(scene: ScenePool): void {
  const db2 = 'db2:3306'
  scene.emit('hostDraining', { host: 'db3:3306' })
  scene.emit('hostUp', { host: 'db3:3306', reason: '' })
  const stack = `Error\n    at exportOrders (/srv/shop/src/jobs/export.ts:84:31)`
  scene.emit('leak', { host: 'db1:3306', held: 60_300, stack })
  scene.emit('hostSuspect', { host: db2, reason: 'a connection was lost: read ECONNRESET' })
  const error = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  for (let time = 0; time < 9; time += 1) scene.emit('connectFailed', { host: db2, duration: 1, error })
  scene.emit('hostDown', { host: db2, reason: 'connect failed: connect ECONNREFUSED 10.0.4.12:3306' })
}

function samples(now: number): readonly Sample[] {
  const random = new Random(7)
  return Array.from({ length: SAMPLES }, (_, index) => {
    const isLost = index >= LOST
    const wave = 1 + 0.25 * Math.sin(index / 14)
    const shared = isLost ? 1.5 : 1
    const of = (rate: number, time: number): HostSample => ({
      rate: Math.round(rate * wave * shared * (0.93 + 0.14 * random.next())),
      latency: Math.round(time * wave * shared * (0.9 + 0.2 * random.next()) * 100) / 100,
    })
    const lost: HostSample = { rate: 0, latency: null }
    const hosts = { 'db1:3306': of(118, 2), 'db2:3306': isLost ? lost : of(110, 2.3), 'db3:3306': of(123, 2.4) }
    return { number: index + 1, at: now - (SAMPLES - index) * INTERVAL, hosts }
  })
}
