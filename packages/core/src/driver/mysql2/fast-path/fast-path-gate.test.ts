import { tracingChannel } from 'node:diagnostics_channel'

import { createConnection } from 'mysql2'
import { describe, expect, it, onTestFinished } from 'vitest'

import type { RawConnection } from '../mysql2-internals.js'
import { FastPathGate } from './fast-path-gate.js'

/** A connection of mysql2 that leads nowhere, whose methods may be exchanged. */
function unconnected(): RawConnection {
  const raw = createConnection({ host: '127.0.0.1', port: 1 }) as unknown as RawConnection
  raw.on('error', () => {})
  onTestFinished(() => raw.destroy())
  return raw
}

type Method = (this: RawConnection, ...args: unknown[]) => unknown

/** Each way in which a tracer is known to put itself before a method. */
const tracers: readonly (readonly [string, (method: Method) => Method])[] = [
  [
    'a function around it',
    (method) =>
      function traced(this: RawConnection, ...args: unknown[]) {
        return method.apply(this, args)
      },
  ],
  [
    'an arrow function of three arguments',
    (method) => (sql, values, done) => method.call(null as never, sql, values, done),
  ],
  ['a bound copy', (method) => method.bind(null as never)],
  ['a proxy', (method) => new Proxy(method, {})],
  [
    'a rewritten text with the old method inside',
    () =>
      // oxlint-disable-next-line typescript/no-implied-eval, no-new-func -- a tracer rewrites the text when it loads the module
      new Function(
        'return { query(sql, values, done) { const all = arguments; return (() => this.addCommand(all[0]))() } }.query',
      )() as Method,
  ],
  [
    'a rewritten text that gathers its arguments',
    () =>
      // oxlint-disable-next-line typescript/no-implied-eval, no-new-func -- as above
      new Function(
        'return { query(a, b, c, ...rest) { return ((sql) => this.addCommand(sql))(a) } }.query',
      )() as Method,
  ],
]

describe.each(['query', 'execute'] as const)('the short way of %s', (name) => {
  it('is open on mysql2’s own method', () => {
    expect(new FastPathGate(unconnected(), name).isOpen).toBe(true)
  })

  it.each(tracers)('is closed before %s that was there first', (_, trace) => {
    const raw = unconnected()
    Object.assign(raw, { [name]: trace(raw[name] as Method) })
    expect(new FastPathGate(raw, name).isOpen).toBe(false)
  })

  it.each(tracers)('is closed before %s that came later', (_, trace) => {
    const raw = unconnected()
    const way = new FastPathGate(raw, name)
    Object.assign(raw, { [name]: trace(raw[name] as Method) })
    expect(way.isOpen).toBe(false)
  })

  it('is closed while a tracing channel has subscribers', () => {
    const way = new FastPathGate(unconnected(), name)
    const channel = tracingChannel(`mysql2:${name}`)
    const listeners = { start() {}, end() {}, asyncStart() {}, asyncEnd() {}, error() {} }
    channel.subscribe(listeners)
    expect(way.isOpen).toBe(false)
    channel.unsubscribe(listeners)
    expect(way.isOpen).toBe(true)
  })

  it('stays open on a method that a minifier has renamed the locals of', () => {
    const raw = unconnected()
    // oxlint-disable-next-line typescript/no-implied-eval, no-new-func -- what a bundler makes of the method
    const minified = new Function(`return{${name}(t,e,n){let r;return r=t,this.addCommand(r),r}}.${name}`)() as Method
    Object.assign(raw, { [name]: minified })
    expect(new FastPathGate(raw, name).isOpen).toBe(true)
  })
})
