import { describe, expect, it } from 'vitest'

import { callSite, failNamingCallers } from './callers.js'

/** An error as a server's answer makes one: out of a socket, far from every caller. */
function serverError(): Error {
  const error = Object.assign(new Error("Unknown column 'nope'"), { errno: 1054 })
  error.stack = `Error: ${error.message}\n    at Packet.asError (packet.js:1:1)`
  return error
}

function failing(error: Error, site?: ReturnType<typeof callSite>): Promise<never> {
  return new Promise((resolve) => setImmediate(() => failNamingCallers(resolve, error, site)))
}

async function loadInvoice(work: () => Promise<unknown>): Promise<unknown> {
  return await work()
}

async function stackOf(work: () => Promise<unknown>): Promise<string> {
  const error: unknown = await work().catch((thrown: unknown) => thrown)
  return error instanceof Error ? String(error.stack) : ''
}

describe('the stack of an error', () => {
  it.each([
    ['awaits it', () => failing(serverError())],
    ['awaits what was derived of it', () => failing(serverError()).finally(() => undefined)],
    ['awaits all of several', () => Promise.all([failing(serverError()), Promise.resolve()])],
  ])('names a function that %s', async (_, work) => {
    const stack = await stackOf(() => loadInvoice(work))
    expect(stack).toMatch(/^Error: Unknown column 'nope'\n/)
    expect(stack).toMatch(/at (async )?loadInvoice/)
    expect(stack).not.toMatch(/Packet\.asError|failNamingCallers/)
  })

  it('keeps its own frames where it is not a server’s answer', async () => {
    const error = new Error('mine')
    const stack = await stackOf(() => loadInvoice(() => failing(error)))
    expect(stack).toMatch(/callers\.test\.ts.*\n[^]*at (async )?loadInvoice/)
  })

  it('is as it was where nothing awaits', async () => {
    const promise = failing(serverError())
    promise.catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, 5))
    const error: unknown = await promise.catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ errno: 1054, message: "Unknown column 'nope'" })
  })

  it('names a function that awaits nothing where the call was taken down', async () => {
    const pool = {
      query(): Promise<never> {
        return failing(serverError(), callSite(pool, 'query'))
      },
    }
    const report = (): Promise<never> => pool.query()
    const stack = await stackOf(() => report())
    expect(stack).toMatch(/at report/)
    expect(stack).not.toMatch(/at (Object\.)?query/)
  })

  it('of an error told to two names the one told last, and grows no longer', async () => {
    const error = serverError()
    const one = await stackOf(() => loadInvoice(() => failing(error)))
    const two = await stackOf(async () => await failing(error))
    expect(one).toMatch(/loadInvoice/)
    expect(two).not.toMatch(/loadInvoice/)
  })

  it('of an error that cannot be changed is left alone', async () => {
    const error = Object.freeze(serverError())
    await expect(loadInvoice(() => failing(error))).rejects.toBe(error)
  })
})
