import type { IncomingMessage, ServerResponse } from 'node:http'

import { type Compose, LiveStream } from './live-stream.js'
import { orReport } from './or-report.js'

/** Milliseconds between two messages when nothing happens. */
const INTERVAL = 1_000
/** Milliseconds in which events are collected: a host that goes down is several events. */
const GATHERING = 25

/** The open pages. There are timers only while there are pages. */
export class LiveStreams {
  readonly #streams = new Set<LiveStream>()
  #ticking: NodeJS.Timeout | undefined
  #gathering: NodeJS.Timeout | undefined

  get size(): number {
    return this.#streams.size
  }

  open(request: IncomingMessage, response: ServerResponse, compose: Compose, onClose: () => void): void {
    const stream = new LiveStream(request, response, compose, () => {
      this.#streams.delete(stream)
      if (this.#streams.size === 0) this.#rest()
      onClose()
    })
    this.#streams.add(stream)
    this.#ticking ??= setInterval(() => {
      for (const open of this.#streams) orReport(() => open.tick())
    }, INTERVAL).unref()
  }

  /** Sends to every page after a moment, in which further events are gathered. */
  hurry(): void {
    if (this.#streams.size === 0) return
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined
      for (const open of this.#streams) orReport(() => open.send())
    }, GATHERING).unref()
  }

  /** Sends to every page for the last time, and ends the streams. */
  endAll(): void {
    for (const open of this.#streams) {
      open.send()
      open.end()
    }
  }

  #rest(): void {
    clearInterval(this.#ticking)
    clearTimeout(this.#gathering)
    this.#ticking = undefined
    this.#gathering = undefined
  }
}
