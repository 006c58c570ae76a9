import { tracingChannel } from 'node:diagnostics_channel'

import { isUtf8 } from '../charset.js'
import type { RawConnection } from '../mysql2-internals.js'

/** Capability: statements carry query attributes, and parameters are counted. */
const QUERY_ATTRIBUTES = 1 << 27

/** The parameter list of mysql2's methods: a statement, its values, a callback. */
const PARAMETERS = /^\w+\s*\(\s*[\w$]+\s*,\s*[\w$]+\s*,\s*[\w$]+\s*\)/

/** The channels on which tracers of mysql2's statements listen. */
const channels = { query: tracingChannel('mysql2:query'), execute: tracingChannel('mysql2:execute') }

/**
 * Whether statements of a connection may take a shorter way than a method of mysql2. Not where the method was replaced, not
 * while mysql2's tracing channels have subscribers, and not in another charset than UTF-8.
 */
export class FastPathGate {
  /** Whether packets have the number of their parameters or attributes. */
  readonly isCounted: boolean
  readonly #raw: RawConnection
  readonly #name: 'query' | 'execute'
  readonly #method: object | undefined

  /** @param raw - after its login */
  constructor(raw: RawConnection, name: 'query' | 'execute') {
    this.isCounted = (raw.config.clientFlags & raw.serverCapabilityFlags & QUERY_ATTRIBUTES) !== 0
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
      isUtf8[config.charsetNumber] === true
    )
  }
}

/** The methods that were checked; one copy of mysql2 has two. */
const known = new WeakMap<object, boolean>()

/**
 * The method; undefined where it is not mysql2's own. Tracers replace the method in various ways, and must see every statement.
 */
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
 * Recognises mysql2's own method by its text. Some tracers wrap the method, others rewrite it at its load, with the old one
 * inside. A wrapper does not send the command itself, or passes on its `arguments`. A minifier's new names do not matter.
 */
function isMysql2s(method: object): boolean {
  const text = Function.prototype.toString.call(method)
  return PARAMETERS.test(text) && text.includes('.addCommand(') && !/\barguments\b/.test(text)
}
