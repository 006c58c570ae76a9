import type { Clock, Timer } from './clock.js'

/**
 * Called when code of the application starts to work for a connect, with its name, e.g. `the password function`. Called with
 * undefined when this code is done and the wait for the server begins again.
 */
export type ApplicationWork = (what: string | undefined) => void

export interface HostTimerLimits {
  /** Milliseconds for the host. `hostLate` is called when the host has used all of them. */
  readonly host: number
  readonly hostLate: () => void
  /** Milliseconds for one run of the application's own code; then `applicationLate` is called. Default: no limit. */
  readonly application?: number
  readonly applicationLate?: (what: string) => void
}

/** Limits the time that a host takes. The timer stands still while the application's own code runs: the host does not cause that wait. */
export class HostTimer {
  readonly #clock: Clock
  readonly #limits: HostTimerLimits
  #timer: Timer | undefined
  /** Milliseconds that the host used before `#since`. */
  #used = 0
  /** The moment at which the wait for the host began; undefined while the application's code runs. */
  #since: number | undefined
  #over = false

  /** The timer starts with the wait for the host. */
  constructor(clock: Clock, limits: HostTimerLimits) {
    this.#clock = clock
    this.#limits = limits
    this.#startHost()
  }

  /** Milliseconds that the host has used so far. */
  get hostTime(): number {
    return this.#used + (this.#since === undefined ? 0 : this.#clock.now() - this.#since)
  }

  readonly application: ApplicationWork = (what) => {
    if (this.#over) return
    this.#stopHost()
    this.#timer?.cancel()
    if (what === undefined) this.#startHost()
    else this.#startApplication(what)
  }

  cancel(): void {
    this.#over = true
    this.#stopHost()
    this.#timer?.cancel()
  }

  #startHost(): void {
    this.#since = this.#clock.now()
    const { host, hostLate } = this.#limits
    this.#timer = this.#clock.afterIdly(Math.max(0, host - this.#used), hostLate)
  }

  #stopHost(): void {
    if (this.#since === undefined) return
    this.#used += this.#clock.now() - this.#since
    this.#since = undefined
  }

  #startApplication(what: string): void {
    const { application, applicationLate } = this.#limits
    this.#timer =
      application === undefined ? undefined : this.#clock.afterIdly(application, () => applicationLate?.(what))
  }
}
