import type { OptionsOf, ValuesOf } from '../option.js'
import { finiteNumber, name, port, wholeNumber } from '../option-kinds.js'
import { inWords, none, option, required } from '../option-row.js'

/** The options of one host. Defaults come from the pool's options and the place in the list. */
export const hostTable = {
  /** Name or address; IPv6 with or without brackets. The port goes into `port`. */
  host: required(name()),
  /** TCP port, 1 to 65535, as a number or a string of digits. Default: the pool's `port`. */
  port: option(port, inWords('port')),
  /** Share of new connections, relative to the other hosts; 0 = used only when no other host can be used. Default 1. */
  weight: option(finiteNumber(0), inWords('1')),
  /** The zone of the host: hosts in the pool's own `zone` are preferred. Default: none. */
  zone: option(name(), none),
  /**
   * Rank for the `ordered` selector: the usable host of the lowest number comes first; hosts of equal number share by weight.
   * Default: place in the list, from 0.
   */
  priority: option(finiteNumber(), inWords('place in the list, from 0')),
  /** Most connections to this host at once. Default: the pool's `connectionLimit`. */
  connectionLimit: option(wholeNumber(1), inWords('connectionLimit')),
  /** The name or address in the host's TLS certificate, where it differs from `host`. Default: `host`. */
  servername: option(name(), inWords('host')),
}

/** One host of the list as an object. */
export interface HostOptions extends OptionsOf<typeof hostTable> {}

/** The checked options, with the fixed defaults filled in. */
export interface HostValues extends ValuesOf<typeof hostTable> {}
