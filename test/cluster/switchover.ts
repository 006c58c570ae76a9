/** A change of the server that takes writes, and the time in which there was none; on the clock of `performance.now()`. */
export interface Switchover {
  /** From when the former took no writes any more, or may have done so. */
  readonly from: number
  /** When the new one took them. */
  readonly to: number
}
