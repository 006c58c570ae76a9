import { inOwnContext } from '../call-context.js'
import type { Clock } from '../clock.js'
import { PASSWORD_FUNCTION, PasswordSource } from '../config/password-source.js'
import type { ConnectionConfig } from '../config/pool-config.js'
import type { ApplicationWork } from '../host-timer.js'
import type { ConnectAttempt, ConnectListener, ConnectTarget, Driver } from './port.js'

/**
 * The driver of one pool, which asks for the password before each connect. A connection belongs to the pool, and not to the
 * caller that happened to need it first, so connects run outside any caller's asynchronous context.
 */
export class Dialer implements Driver {
  readonly #driver: Driver
  readonly #source: PasswordSource | undefined

  constructor(driver: Driver, { password, connectTimeout }: ConnectionConfig, clock: Clock) {
    this.#driver = driver
    this.#source = typeof password === 'function' ? new PasswordSource(password, connectTimeout, clock) : undefined
  }

  /** Ignores a password in the target. */
  connect(target: ConnectTarget, listener: ConnectListener, work?: ApplicationWork): ConnectAttempt {
    return inOwnContext(() => this.#connect(target, listener, work), undefined)
  }

  /** Connects from now on ask the password function anew, and share no earlier answer. */
  renewPassword(): void {
    this.#source?.renew()
  }

  #connect(target: ConnectTarget, listener: ConnectListener, work: ApplicationWork | undefined): ConnectAttempt {
    let aborted = false
    let attempt: ConnectAttempt | undefined
    let forget: (() => void) | undefined
    const open = (password: string | undefined): void => {
      if (!aborted) attempt = this.#driver.connect({ ...target, password }, listener, work)
    }
    if (this.#source === undefined) {
      const { password } = target.connection
      queueMicrotask(() => open(typeof password === 'string' ? password : undefined))
    } else {
      work?.(PASSWORD_FUNCTION)
      forget = this.#source.ask((error, password) => {
        work?.(undefined)
        if (error === null) open(password)
        else if (!aborted) listener(error)
      })
    }
    return {
      abort: () => {
        aborted = true
        forget?.()
        attempt?.abort()
      },
    }
  }
}
