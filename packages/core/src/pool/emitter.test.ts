import { setImmediate } from 'node:timers/promises'

import { afterEach, describe, expect, it, vi } from 'vitest'

import { PoolEmitter } from './emitter.js'
import { observing } from './observer.js'

afterEach(() => {
  vi.restoreAllMocks()
})

describe('the events of a pool', () => {
  it('go to every listener, in the order they came', () => {
    const emitter = new PoolEmitter('shop')
    const heard: string[] = []
    emitter.on('enqueue', ({ waiting }) => heard.push(`first ${waiting}`))
    emitter.on('enqueue', ({ waiting }) => heard.push(`second ${waiting}`))
    emitter.emit('enqueue', { waiting: 3 })
    expect(heard).toEqual(['first 3', 'second 3'])
  })

  it('carry the name of their pool, in an object that no listener can change', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const emitter = new PoolEmitter('shop')
    const heard: unknown[] = []
    emitter.on('enqueue', (event) => Object.assign(event, { waiting: 99, poolName: 'other' }))
    emitter.on('enqueue', (event) => heard.push(event))
    emitter.on('end', (event) => heard.push(event))
    emitter.emit('enqueue', { waiting: 3 })
    emitter.emit('end', {})
    expect(heard).toEqual([{ poolName: 'shop', waiting: 3 }, { poolName: 'shop' }])
    expect(warn).toHaveBeenCalledOnce()
  })

  it('go once to a listener that asked for one, also when it emits within', () => {
    const emitter = new PoolEmitter('shop')
    let heard = 0
    emitter.on(
      'enqueue',
      () => {
        heard += 1
        emitter.emit('enqueue', { waiting: 2 })
      },
      true,
    )
    emitter.emit('enqueue', { waiting: 1 })
    expect(heard).toBe(1)
    expect(emitter.hears('enqueue')).toBe(false)
  })

  it('leave out what was taken off: of a listener that is there twice, the later place', () => {
    const emitter = new PoolEmitter('shop')
    const heard: string[] = []
    const twice = (): void => void heard.push('twice')
    emitter.on('enqueue', twice)
    emitter.on('enqueue', () => void heard.push('other'))
    emitter.on('enqueue', twice)
    emitter.off('enqueue', twice)
    emitter.off('release', twice)
    emitter.off('enqueue', () => undefined)
    emitter.emit('enqueue', { waiting: 1 })
    expect(heard).toEqual(['twice', 'other'])
    emitter.off('enqueue', twice)
    expect(emitter.hears('enqueue')).toBe(true)
    expect(emitter.hears('release')).toBe(false)
  })

  it.each([
    { thrown: new Error('mine'), told: 'mine' },
    { thrown: 'a string', told: 'a string' },
    { thrown: Object.assign(new Error('without a stack'), { stack: undefined }), told: 'without a stack' },
  ])('become a warning of the process when a listener throws $thrown', ({ thrown, told }) => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const emitter = new PoolEmitter('shop')
    const heard: string[] = []
    emitter.on('enqueue', () => {
      throw thrown
    })
    emitter.on('enqueue', () => void heard.push('next'))
    emitter.emit('enqueue', { waiting: 1 })
    expect(heard).toEqual(['next'])
    expect(warn).toHaveBeenCalledWith(expect.stringContaining(told), 'HostpoolWarning')
  })

  it('become a warning of the process when a listener is async and rejects', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const unhandled = vi.fn<(reason: unknown) => void>()
    process.on('unhandledRejection', unhandled)
    const emitter = new PoolEmitter('shop')
    // An async function fits where a listener is expected that answers nothing.
    const rejects: () => unknown = () => Promise.reject(new Error('the pager is away'))
    emitter.on('enqueue', rejects)
    emitter.emit('enqueue', { waiting: 1 })
    await setImmediate()
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
    expect(warn).toHaveBeenCalledWith(
      expect.stringMatching(/^A 'enqueue' listener of the pool 'shop' rejected: .*the pager is away/),
      'HostpoolWarning',
    )
  })
})

describe('a warning', () => {
  it('that only a page shows is a warning of the process too', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const emitter = new PoolEmitter('shop')
    const heard: string[] = []
    emitter.on(
      'warning',
      observing(({ message }: { readonly message: string }) => heard.push(message)),
    )
    emitter.emit('warning', { message: 'no privilege' })
    expect(heard).toEqual(['no privilege'])
    expect(warn).toHaveBeenCalledOnce()
    emitter.on('warning', () => undefined)
    emitter.emit('warning', { message: 'no address' })
    expect(heard).toEqual(['no privilege', 'no address'])
    expect(warn).toHaveBeenCalledOnce()
  })

  it('that nothing listens for is a warning of the process, once for each message', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const emitter = new PoolEmitter('shop')
    for (const message of ['no privilege', 'no privilege', 'no address', 'no privilege']) {
      emitter.emit('warning', { message })
    }
    expect(warn.mock.calls).toEqual([
      ["The pool 'shop': no privilege", 'HostpoolWarning'],
      ["The pool 'shop': no address", 'HostpoolWarning'],
    ])
  })

  it('is its listener’s alone, as long as there is one', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const emitter = new PoolEmitter('shop')
    const heard: string[] = []
    const listener = ({ message }: { message: string }): void => void heard.push(message)
    emitter.on('warning', listener)
    emitter.emit('warning', { message: 'no privilege' })
    expect([heard, warn.mock.calls]).toEqual([['no privilege'], []])
    emitter.off('warning', listener)
    emitter.emit('warning', { message: 'no address' })
    expect([heard, warn.mock.calls.length]).toEqual([['no privilege'], 1])
  })

  it('does not fill the memory of a process when each is another one', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const emitter = new PoolEmitter('shop')
    for (let number = 0; number < 1000; number += 1) emitter.emit('warning', { message: `number ${number}` })
    expect(warn.mock.calls.length).toBe(100)
  })
})
