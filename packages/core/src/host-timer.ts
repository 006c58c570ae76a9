import type { Clock, Timer } from './clock.js'

/**
 * Told what of the application's own is at work for a connect, e.g. `the password function`; undefined when it is done and
 * the server's turn comes.
 */
export type ApplicationWork = (what: string | undefined) => void

export interface HostTimerLimits {
  /** Milliseconds for the host, and what is done when it has taken them all. */
  readonly host: number
  readonly hostLate: () => void
  /** Milliseconds for one piece of the application's own code; what is left out has no limit here. */
  readonly application?: number
  readonly applicationLate?: (what: string) => void
}

/** Limits the time that a host takes. It stands still while the application's own code is at work: that is not the host's. */
export class HostTimer {
  readonly #clock: Clock
  readonly #limits: HostTimerLimits
  #timer: Timer | undefined
  /** Milliseconds that the host has had before `#since`. */
  #used = 0
  /** When the host's turn began; undefined while it is the application's. */
  #since: number | undefined
  #over = false

  /** Begins with the host's turn. */
  constructor(clock: Clock, limits: HostTimerLimits) {
    this.#clock = clock
    this.#limits = limits
    this.#startHost()
  }

  /** Milliseconds that the host has had. */
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
