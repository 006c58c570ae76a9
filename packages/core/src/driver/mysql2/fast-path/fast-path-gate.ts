import { tracingChannel } from 'node:diagnostics_channel'

import { isUtf8 } from '../charset.js'
import type { RawConnection } from '../mysql2-internals.js'

/** Capability: statements carry attributes, and parameters are counted. */
const QUERY_ATTRIBUTES = 1 << 27

/** Those of mysql2's methods: a statement, its values, a callback. */
const PARAMETERS = /^\w+\s*\(\s*[\w$]+\s*,\s*[\w$]+\s*,\s*[\w$]+\s*\)/

/** Where tracers of mysql2's statements listen. */
const channels = { query: tracingChannel('mysql2:query'), execute: tracingChannel('mysql2:execute') }

/**
 * Whether statements of a connection may go a shorter way than a method of mysql2's: not when another method was put in its
 * place, not while its tracing channels have subscribers, and not in another charset than UTF-8.
 */
export class FastPathGate {
  readonly #raw: RawConnection
  readonly #name: 'query' | 'execute'
  readonly #method: object | undefined

  constructor(raw: RawConnection, name: 'query' | 'execute') {
    this.#raw = raw
    this.#name = name
    this.#method = methodOf(raw, name)
  }

  get isOpen(): boolean {
    const { config } = this.#raw
    // oxlint-disable-next-line typescript/unbound-method -- they are only compared
    const method: object = this.#name === 'query' ? this.#raw.query : this.#raw.execute
    return (
      method === this.#method &&
      !channels[this.#name].hasSubscribers &&
      config.disableEval !== true &&
      isUtf8(config.charsetNumber)
    )
  }

  /** Whether packets say how many parameters or attributes they have. */
  get isCounted(): boolean {
    const { config, serverCapabilityFlags } = this.#raw
    return (config.clientFlags & serverCapabilityFlags & QUERY_ATTRIBUTES) !== 0
  }
}

/** Methods that were looked at: of one copy of mysql2 there are two. */
const known = new WeakMap<object, boolean>()

/** None when it is not mysql2's own: tracers put theirs in its place, each in a way of its own, and are to see every statement. */
function methodOf(raw: RawConnection, name: 'query' | 'execute'): object | undefined {
  const method: object = raw[name]
  let isOwn = known.get(method)
  if (isOwn === undefined) {
    isOwn = isMysql2s(method)
    known.set(method, isOwn)
  }
  return isOwn ? method : undefined
}

/**
 * By its text: some tracers wrap a method, others write it anew when it is loaded, with the old one inside. A wrapper does not
 * send the command itself, or hands on the arguments that it was called with. What a minifier has renamed is mysql2's still.
 */
function isMysql2s(method: object): boolean {
  const text = Function.prototype.toString.call(method)
  return PARAMETERS.test(text) && text.includes('.addCommand(') && !/\barguments\b/.test(text)
}
