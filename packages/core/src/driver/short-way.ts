import { tracingChannel } from 'node:diagnostics_channel'

import { isUtf8 } from './execution-packet.js'
import type { RawConnection } from './mysql2-internals.js'

/** Capability: statements carry attributes, and parameters are counted. */
const QUERY_ATTRIBUTES = 1 << 27

/** Where those listen who trace mysql2's statements. */
const channels = { query: tracingChannel('mysql2:query'), execute: tracingChannel('mysql2:execute') }

/**
 * Whether statements of a connection may go a shorter way than a method of mysql2's: not when the method was wrapped, not while
 * somebody traces it, and not in another charset than UTF-8.
 */
export class ShortWay {
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

/** None when tracers have wrapped it, who mark their work so: they are to see every statement. */
function methodOf(raw: RawConnection, name: 'query' | 'execute'): object | undefined {
  const method: object = raw[name]
  return '__wrapped' in method ? undefined : method
}
