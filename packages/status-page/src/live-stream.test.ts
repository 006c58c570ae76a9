import { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { LiveStreams } from './live-streams.js'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

/** The response of a reader that takes what it is sent, or not. */
class SlowResponse extends EventEmitter {
  readonly sent: string[] = []
  takes = true
  writableEnded = false
  destroyed = false
  shouldKeepAlive = true

  removeHeader(): this {
    return this
  }

  writeHead(): this {
    return this
  }

  write(text: string): boolean {
    this.sent.push(text)
    return this.takes
  }

  end(): void {
    this.writableEnded = true
    this.emit('close')
  }

  destroy(): void {
    this.destroyed = true
    this.emit('close')
  }

  /** Takes what is there. */
  drain(): void {
    this.takes = true
    this.emit('drain')
  }
}

function open() {
  const response = new SlowResponse()
  const streams = new LiveStreams()
  let made = 0
  let closed = 0
  const compose = (): object => ({ message: ++made })
  const socket = { server: { listening: true } }
  const request = { socket } as unknown as IncomingMessage
  streams.open(request, response as unknown as ServerResponse, compose, () => (closed += 1))
  return { response, streams, socket, made: () => made, closed: () => closed }
}

describe('a stream to a page', () => {
  it('makes nothing for a reader that is slow, and then one message', async () => {
    const { response, streams, made } = open()
    response.takes = false
    await vi.advanceTimersByTimeAsync(1_000)
    expect(made()).toBe(2)
    for (let second = 0; second < 10; second += 1) {
      streams.hurry()
      await vi.advanceTimersByTimeAsync(1_000)
    }
    expect(made()).toBe(2)
    response.drain()
    expect(made()).toBe(3)
    expect(response.sent.at(-1)).toBe('data: {"message":3}\n\n')
  })

  it('cuts off a reader that takes nothing for half a minute', async () => {
    const { response, streams, closed } = open()
    response.takes = false
    await vi.advanceTimersByTimeAsync(30_000)
    expect(response.destroyed).toBe(false)
    await vi.advanceTimersByTimeAsync(3_000)
    expect(response.destroyed).toBe(true)
    expect(closed()).toBe(1)
    expect(streams.size).toBe(0)
  })

  it('gathers what happens in one moment', async () => {
    const { streams, made } = open()
    for (let time = 0; time < 50; time += 1) streams.hurry()
    await vi.advanceTimersByTimeAsync(100)
    expect(made()).toBe(2)
  })

  it('ends after five minutes, so that the right to look is asked for again', async () => {
    const { response } = open()
    await vi.advanceTimersByTimeAsync(299_000)
    expect(response.writableEnded).toBe(false)
    await vi.advanceTimersByTimeAsync(3_000)
    expect(response.writableEnded).toBe(true)
  })

  it('ends within a second when its server closes', async () => {
    const { response, socket } = open()
    socket.server.listening = false
    await vi.advanceTimersByTimeAsync(1_000)
    expect(response.writableEnded).toBe(true)
  })

  it('leaves no timer behind', async () => {
    const { response, streams } = open()
    streams.hurry()
    response.end()
    expect(vi.getTimerCount()).toBe(0)
  })
})
