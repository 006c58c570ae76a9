import type { IncomingMessage } from 'node:http'

import { describe, expect, it } from 'vitest'

import { isFromThisMachine } from './access.js'

function request(remoteAddress: string | undefined, headers: IncomingMessage['headers'] = {}, httpVersion = '1.1') {
  return { headers: { host: 'localhost:3000', ...headers }, httpVersion, socket: { remoteAddress } } as IncomingMessage
}

describe('a request from this machine', () => {
  it.each(['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1', '::FFFF:127.0.0.1'])(
    'has the address %s',
    (address) => {
      expect(isFromThisMachine(request(address))).toBe(true)
    },
  )

  it.each(['10.0.0.5', '::ffff:10.0.0.5', '1127.0.0.1', '127.0.0.1.example', '::', 'fe80::1', '', undefined])(
    'has not the address %s',
    (address) => {
      expect(isFromThisMachine(request(address))).toBe(false)
    },
  )

  it.each(['x-forwarded-for', 'x-real-ip', 'forwarded', 'via', 'x-forwarded-host', 'x-forwarded-proto'])(
    'has no header of a proxy: %s',
    (name) => {
      expect(isFromThisMachine(request('127.0.0.1', { [name]: '127.0.0.1' }))).toBe(false)
    },
  )

  it('is not made larger by what a header says', () => {
    expect(isFromThisMachine(request('10.0.0.5', { 'x-forwarded-for': '127.0.0.1' }))).toBe(false)
  })

  it('is of no proxy that speaks HTTP/1.0 and adds no header', () => {
    expect(isFromThisMachine(request('127.0.0.1', {}, '1.0'))).toBe(false)
  })

  it.each(['https://attacker.example', 'http://localhost:9999', 'null', ''])(
    'is of no script of another page: %s',
    (origin) => {
      expect(isFromThisMachine(request('127.0.0.1', { origin }))).toBe(false)
    },
  )

  it('may name its own origin', () => {
    expect(isFromThisMachine(request('127.0.0.1', { origin: 'http://localhost:3000' }))).toBe(true)
  })

  it('names this machine, also over HTTP/2', () => {
    const headers = { host: undefined, ':authority': 'localhost:3000' }
    expect(isFromThisMachine(request('127.0.0.1', headers, '2.0'))).toBe(true)
    expect(isFromThisMachine(request('127.0.0.1', { host: undefined }))).toBe(false)
  })
})
