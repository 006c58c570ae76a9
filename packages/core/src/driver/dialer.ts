import { inOwnContext } from '../call-context.js'
import type { Clock } from '../clock.js'
import { PASSWORD_FUNCTION, PasswordSource } from '../config/password-source.js'
import type { ConnectionConfig } from '../config/pool-config.js'
import type { ApplicationWork } from '../host-timer.js'
import type { ConnectAttempt, ConnectListener, ConnectTarget, Driver } from './port.js'

/**
 * The driver of one pool: asks for the password before it connects. A connection belongs to the pool and not to the caller
 * that happened to need it first, so all of it runs in no caller's asynchronous context.
 */
export class Dialer implements Driver {
  readonly #driver: Driver
  readonly #source: PasswordSource | undefined

  constructor(driver: Driver, { password, connectTimeout }: ConnectionConfig, clock: Clock) {
    this.#driver = driver
    this.#source = typeof password === 'function' ? new PasswordSource(password, connectTimeout, clock) : undefined
  }

  /** A password in the target is not looked at. */
  connect(target: ConnectTarget, listener: ConnectListener, work?: ApplicationWork): ConnectAttempt {
    return inOwnContext(() => this.#connect(target, listener, work), undefined)
  }

  /** Connects from now on share no answer of a password function that was asked before. */
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
