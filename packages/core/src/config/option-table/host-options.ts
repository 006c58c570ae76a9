import type { OptionsOf, ValuesOf } from '../option.js'
import { finiteNumber, name, port, wholeNumber } from '../option-kinds.js'
import { inWords, none, option, required } from '../option-row.js'

/** What is left out is filled in from the pool's options and the place in the list. */
export const hostTable = {
  /** Name or address; IPv6 with or without brackets. The port goes into `port`. */
  host: required(name()),
  /** TCP port, 1 to 65535; digits in a string will do. Default: the pool's `port`. */
  port: option(port, inWords('port')),
  /** Share of new connections, relative to the other hosts; 0 = only when no other host can be used. Default 1. */
  weight: option(finiteNumber(0), inWords('1')),
  /** Where the host stands, compared with the pool's `zone`. Default: none. */
  zone: option(name(), none),
  /**
   * Rank for the `ordered` selector and the choice of a writer: the lowest usable one first; hosts of equal rank share by
   * weight. Default: place in the list, from 0.
   */
  priority: option(finiteNumber(), inWords('place in the list, from 0')),
  /** Most connections to this host at once. Default: the pool's `connectionLimit`. */
  connectionLimit: option(wholeNumber(1), inWords('connectionLimit')),
  /** Name, or address, that the TLS certificate is checked against, when it differs from `host`. Default: `host`. */
  servername: option(name(), inWords('host')),
}

/** One host of the list, where `name:port` does not say enough. */
export interface HostOptions extends OptionsOf<typeof hostTable> {}

/** The same as they are read: the fixed defaults filled in. */
export interface HostValues extends ValuesOf<typeof hostTable> {}
