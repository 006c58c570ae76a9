import { describe, expect, it } from 'vitest'

import { askPassword } from './ask-password.js'
import type { PasswordOption } from './options.js'

describe('the password to use', () => {
  it.each([
    [undefined, undefined],
    ['secret', 'secret'],
    [() => 'secret', 'secret'],
    [async () => 'secret', 'secret'],
    [() => '', ''],
  ])('of %s is %s', async (option, password) => {
    await expect(askPassword(option)).resolves.toBe(password)
  })

  it.each([
    ['nothing', () => undefined],
    ['nothing', async () => undefined],
    ['null', async () => null],
    ['a number', () => 1234567],
    ['a Buffer', () => Buffer.from('1234567')],
    ['an object', () => ({ password: '1234567' })],
  ])('of a function that answers %s is an error that names the function and shows no secret', async (kind, option) => {
    await expect(askPassword(option as unknown as PasswordOption)).rejects.toMatchObject({
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
    await expect(askPassword(option)).rejects.toMatchObject({
      code: 'ERR_HOSTPOOL_CONFIG',
      message: 'The password function failed: the vault is sealed',
      cause: reason,
    })
  })
})
