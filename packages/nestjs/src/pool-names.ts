import type { ModulesContainer } from '@nestjs/core'

import { refusal } from './refuse.js'

const known = new WeakMap<ModulesContainer, PoolNames>()

/** The names of the pools of one application. */
export class PoolNames {
  readonly #taken = new Set<string>()

  static of(application: ModulesContainer): PoolNames {
    let names = known.get(application)
    if (names === undefined) {
      names = new PoolNames()
      known.set(application, names)
    }
    return names
  }

  /**
   * Takes a name. Each `forRoot()` makes a module of its own. Two modules without a name, in two lists of `imports`, would be two
   * pools with twice the connections, and Nest would inject one of them at random.
   * @throws ERR_HOSTPOOL_CONFIG when the application has a pool of this name.
   */
  take(name: string): void {
    if (this.#taken.has(name)) {
      throw refusal(
        'HostpoolModule',
        `the application has a pool named '${name}' already; call forRoot() or forRootAsync() once and import its result, or give each pool a name`,
      )
    }
    this.#taken.add(name)
  }
}
