/** Milliseconds since 1970, monotonic within a process and the same in all processes of a machine. */
export function now(): number {
  return performance.timeOrigin + performance.now()
}
