import { setImmediate } from 'node:timers/promises'

import { afterEach, describe, expect, it, vi } from 'vitest'

import { PoolEmitter } from './emitter.js'

afterEach(() => {
  vi.restoreAllMocks()
})

describe('the events of a pool', () => {
  it('go to every listener, in the order they came', () => {
    const emitter = new PoolEmitter()
    const heard: string[] = []
    emitter.on('enqueue', ({ waiting }) => heard.push(`first ${waiting}`))
    emitter.on('enqueue', ({ waiting }) => heard.push(`second ${waiting}`))
    emitter.emit('enqueue', { waiting: 3 })
    expect(heard).toEqual(['first 3', 'second 3'])
  })

  it('go once to a listener that asked for one, also when it emits within', () => {
    const emitter = new PoolEmitter()
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
    const emitter = new PoolEmitter()
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
    const emitter = new PoolEmitter()
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
    const emitter = new PoolEmitter()
    // An async function fits where a listener is expected that answers nothing.
    const rejects: () => unknown = () => Promise.reject(new Error('the pager is away'))
    emitter.on('enqueue', rejects)
    emitter.emit('enqueue', { waiting: 1 })
    await setImmediate()
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
    expect(warn).toHaveBeenCalledWith(
      expect.stringMatching(/^A 'enqueue' listener of the pool rejected: .*the pager is away/),
      'HostpoolWarning',
    )
  })
})
