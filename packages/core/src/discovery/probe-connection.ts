import type { Clock } from '../clock.js'
import type { ConnectionConfig, HostConfig } from '../config/pool-config.js'
import { HostTimer } from '../host-timer.js'
import type { ConnectAttempt, Driver, DriverConnection } from '../driver/port.js'
import { type Answer, question } from '../driver/question.js'

/** A connection to one server, over which statements are sent one after the other. */
export interface Line {
  readonly serverVersion: string
  ask(sql: string): Promise<Answer>
}

export interface CallerEnvironment {
  readonly clock: Clock
  readonly driver: Driver
  readonly connection: ConnectionConfig
  /** Milliseconds for a call as a whole, with its connect. The application's own code has `connectTimeout` in addition. */
  readonly timeout: number
}

/** Asks servers, one at a time, each over a connection that is closed after the call. */
export class ProbeConnection {
  readonly #env: CallerEnvironment
  #hangUp: ((error: Error) => void) | undefined
  #stopped = false

  constructor(env: CallerEnvironment) {
    this.#env = env
  }

  /** Connects to a host and runs `talk` with the connection. The promise settles within the timeout in any case. */
  call<T>(host: HostConfig, talk: (line: Line) => Promise<T>): Promise<T> {
    const { clock, driver, connection: config, timeout } = this.#env
    return new Promise((resolve, reject) => {
      let over = false
      let attempt: ConnectAttempt | undefined
      let connection: DriverConnection | undefined
      const settle = (then: () => void): void => {
        if (over) return
        over = true
        timer.cancel()
        this.#hangUp = undefined
        attempt?.abort()
        then()
      }
      const fail = (error: Error): void =>
        settle(() => {
          connection?.destroy()
          reject(error)
        })
      const { connectTimeout } = config
      const timer = new HostTimer(clock, {
        host: timeout,
        hostLate: () => fail(new Error(`${host.name} did not answer within ${timeout} ms`)),
        application: connectTimeout,
        applicationLate: (what) => fail(new Error(`${what} has not answered within ${connectTimeout} ms`)),
      })
      this.#hangUp = fail
      const connected = (line: DriverConnection): void => {
        connection = line
        line.unref()
        talk(lineOf(line)).then((result) => {
          settle(() => {
            this.#sayGoodbye(line)
            resolve(result)
          })
        }, fail)
      }
      attempt = driver.connect(
        { host, connection: config },
        (error, line) => {
          attempt = undefined
          if (line === undefined) fail(error ?? new Error(`${host.name} could not be reached`))
          else connected(line)
        },
        timer.application,
      )
      if (this.#stopped) fail(new Error('Discovery has ended'))
    })
  }

  stop(): void {
    this.#stopped = true
    this.#hangUp?.(new Error('Discovery has ended'))
  }

  #sayGoodbye(connection: DriverConnection): void {
    const timer = this.#env.clock.afterIdly(this.#env.timeout, () => connection.destroy())
    connection.close(() => timer.cancel())
  }
}

function lineOf(connection: DriverConnection): Line {
  return {
    serverVersion: connection.serverVersion,
    ask: (sql) =>
      new Promise((resolve, reject) => {
        question(connection, sql, (error, answer) => {
          if (answer === undefined) reject(error ?? new Error('it answered nothing'))
          else resolve(answer)
        })
      }),
  }
}
