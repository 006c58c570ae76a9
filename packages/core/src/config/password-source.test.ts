import { describe, expect, it } from 'vitest'

import { VirtualClock } from '../testing/virtual-clock.js'
import type { PasswordOption } from './options.js'
import { PasswordSource } from './password-source.js'

type PasswordFunction = Exclude<PasswordOption, string>

const LIMIT = 10_000

function ask(source: PasswordSource): Promise<string> {
  return new Promise((resolve, reject) => {
    source.ask((error, password) => (error === null ? resolve(password ?? 'no password') : reject(error)))
  })
}

const sourceOf = (password: unknown, clock = new VirtualClock()): PasswordSource =>
  new PasswordSource(password as PasswordFunction, LIMIT, clock)

describe('the password to use', () => {
  it.each([
    [() => 'secret', 'secret'],
    [async () => 'secret', 'secret'],
    [() => '', ''],
  ])('of %s is %s', async (option, password) => {
    await expect(ask(sourceOf(option))).resolves.toBe(password)
  })

  it.each([
    ['nothing', () => undefined],
    ['nothing', async () => undefined],
    ['null', async () => null],
    ['a number', () => 1234567],
    ['a Buffer', () => Buffer.from('1234567')],
    ['an object', () => ({ password: '1234567' })],
  ])('of a function that answers %s is an error that names the function and shows no secret', async (kind, option) => {
    await expect(ask(sourceOf(option))).rejects.toMatchObject({
      code: 'ERR_HOSTPOOL_CONFIG',
      message: `The password function answered ${kind}; it has to answer a string, or a promise of one`,
    })
  })

  const reason = new Error('the vault is sealed')
  it.each([
    [
      'throws',
      () => {
        throw reason
      },
    ],
    ['rejects', () => Promise.reject(reason)],
  ])('of a function that %s is an error that names the function, with its own as the cause', async (_, option) => {
    await expect(ask(sourceOf(option))).rejects.toMatchObject({
      code: 'ERR_HOSTPOOL_CONFIG',
      message: 'The password function failed: the vault is sealed',
      cause: reason,
    })
  })
})

describe('a password function that takes its time', () => {
  /** Each call is answered when the test says so. */
  function slow(): { source: PasswordSource; clock: VirtualClock; calls: ((password: string) => void)[] } {
    const calls: ((password: string) => void)[] = []
    const clock = new VirtualClock()
    const password = (): Promise<string> => new Promise((resolve) => calls.push(resolve))
    return { source: sourceOf(password, clock), clock, calls }
  }

  it('is asked once for all connects that begin meanwhile, and anew afterwards', async () => {
    const { source, calls } = slow()
    const first = [ask(source), ask(source), ask(source)]
    expect(calls).toHaveLength(1)
    calls[0]?.('one')
    expect(await Promise.all(first)).toEqual(['one', 'one', 'one'])
    const next = ask(source)
    expect(calls).toHaveLength(2)
    calls[1]?.('two')
    expect(await next).toBe('two')
  })

  it('is asked anew when a call hangs, and serves whom the first call keeps waiting when that is answered after all', async () => {
    const { source, clock, calls } = slow()
    const waiting = ask(source)
    clock.advance(LIMIT / 2)
    void ask(source)
    expect(calls).toHaveLength(1)
    clock.advance(1)
    const later = ask(source)
    expect(calls).toHaveLength(2)
    calls[1]?.('two')
    expect(await later).toBe('two')
    calls[0]?.('late')
    expect(await waiting).toBe('late')
  })

  it('shares no answer with connects that begin after a renewal', async () => {
    const { source, calls } = slow()
    const before = ask(source)
    source.renew()
    const after = ask(source)
    calls[1]?.('new')
    calls[0]?.('old')
    expect(await Promise.all([before, after])).toEqual(['old', 'new'])
  })

  it('tells nothing to a connect that was given up', async () => {
    const { source, calls } = slow()
    const told: unknown[] = []
    source.ask((error, password) => told.push(error ?? password))()
    const other = ask(source)
    calls[0]?.('one')
    await other
    expect(told).toEqual([])
  })
})
