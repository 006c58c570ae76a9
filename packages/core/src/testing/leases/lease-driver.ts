import type { ConnectAttempt, ConnectListener, ConnectTarget, Driver } from '../../driver/port.js'
import type { VirtualClock } from '../virtual-clock.js'
import type { LeaseServer } from './lease-server.js'
import type { LifeOptions } from './operation.js'
import { refusedError } from './server-error.js'

import { ModelConnection } from './model-connection.js'

export interface LeaseDriverEnvironment {
  readonly clock: VirtualClock
  readonly options: LifeOptions
  readonly serverOf: (host: string) => LeaseServer
}

/** Connects a pool to the servers of the model. */
export class LeaseDriver implements Driver {
  readonly #env: LeaseDriverEnvironment

  constructor(env: LeaseDriverEnvironment) {
    this.#env = env
  }

  connect({ host }: ConnectTarget, listener: ConnectListener): ConnectAttempt {
    const server = this.#env.serverOf(host.host)
    return server.connect(
      (session) => {
        const connection = new ModelConnection(server, session, this.#env)
        listener(null, connection)
        return connection.client
      },
      () => listener(refusedError(host.name)),
    )
  }
}
