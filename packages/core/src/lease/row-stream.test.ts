import { once } from 'node:events'

import { describe, expect, it, vi } from 'vitest'

import { RowStream } from './row-stream.js'

/** A stream, and how often its source was told to wait and to go on. */
function streamed() {
  const source = { pause: vi.fn<() => void>(), resume: vi.fn<() => void>() }
  const state = { isCurrent: true }
  const stream = new RowStream(() => (state.isCurrent ? source : undefined))
  return { stream, source, state }
}

const failure = new Error('the statement failed')

/** Turns of the event loop, enough for anything a stream does by itself. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((done) => setImmediate(done))
}

describe('a stream of rows', () => {
  it('gives the rows that came before it was read', async () => {
    const { stream } = streamed()
    for (const n of [1, 2, 3]) stream.row({ n })
    stream.finish(null)
    await turns()
    expect(await stream.toArray()).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
  })

  it('holds its source up while nothing reads, and lets it go on when something does', async () => {
    const { stream, source } = streamed()
    for (let n = 0; n < 100; n += 1) stream.row({ n })
    expect(source.pause).toHaveBeenCalled()
    source.resume.mockClear()
    stream.resume()
    await turns()
    expect(source.resume).toHaveBeenCalled()
  })

  it('lets its source go on when it is destroyed: the rest is thrown away', async () => {
    const { stream, source } = streamed()
    for (let n = 0; n < 100; n += 1) stream.row({ n })
    source.resume.mockClear()
    stream.destroy()
    await turns()
    expect(source.resume).toHaveBeenCalled()
    source.pause.mockClear()
    for (let n = 0; n < 100; n += 1) stream.row({ n })
    expect(source.pause).not.toHaveBeenCalled()
  })

  it('has no say in rows of another statement: not before its turn and not after it', async () => {
    const { stream, source, state } = streamed()
    state.isCurrent = false
    stream.resume()
    await turns()
    stream.destroy()
    await turns()
    expect(source.resume).not.toHaveBeenCalled()
    expect(source.pause).not.toHaveBeenCalled()
  })

  it('is ended by a listener of its own that throws, and by nothing else', async () => {
    const { stream } = streamed()
    const errors: unknown[] = []
    stream.on('error', (error) => errors.push(error))
    stream.on('fields', () => {
      throw failure
    })
    expect(() => stream.fields([])).not.toThrow()
    expect(() => stream.row({ n: 1 })).not.toThrow()
    expect(() => stream.finish(null)).not.toThrow()
    await turns()
    expect(errors).toEqual([failure])
  })
})

describe('a stream that fails', () => {
  // An exception that no listener catches fails the whole run.

  it('before anything reads it waits for its reader, and ends nothing else', async () => {
    const { stream } = streamed()
    stream.finish(failure)
    await turns()
    expect(stream.destroyed).toBe(false)
    await expect(stream.toArray()).rejects.toBe(failure)
  })

  it.each(['error', 'data', 'readable', 'end', 'close'])(
    'tells a reader that listens for %s only later',
    async (event) => {
      const { stream } = streamed()
      stream.finish(failure)
      await turns()
      const told = new Promise((resolve) => stream.on(event, () => undefined).on('error', resolve))
      expect(await told).toBe(failure)
    },
  )

  it.each([
    ['for await', async (stream: RowStream) => void (await stream.toArray())],
    [
      'iteration by hand',
      async (stream: RowStream) => {
        const iterator = stream[Symbol.asyncIterator]()
        await iterator.next()
        await iterator.next()
      },
    ],
    [
      'an event awaited by once()',
      async (stream: RowStream) => {
        await once(stream, 'end')
      },
    ],
  ])('after rows that have been read tells it to %s', async (_how, read) => {
    const { stream } = streamed()
    stream.row({ n: 1 })
    const reading = read(stream).then(
      () => 'ended',
      (error: unknown) => error,
    )
    await turns()
    stream.finish(failure)
    expect(await reading).toBe(failure)
  })

  it('after its reader has left is not told', async () => {
    const { stream } = streamed()
    stream.row({ n: 1 })
    stream.row({ n: 2 })
    for await (const row of stream) {
      expect(row).toEqual({ n: 1 })
      break
    }
    stream.finish(failure)
    await turns()
    expect(stream.destroyed).toBe(true)
  })

  it('with a reader of rows that does not listen for errors warns, and does not end the process', async () => {
    const { stream } = streamed()
    const warned = once(process, 'warning')
    stream.on('data', () => undefined)
    stream.finish(failure)
    expect(await warned).toMatchObject([{ name: 'HostpoolWarning', message: expect.stringContaining(failure.message) }])
  })
})
