/**
 * Makes an error without stack frames. Frames are most of the cost of an error. Where thousands of callers get an error at
 * once, the frames are the same for all of them, and show none of the callers.
 */
export function withoutFrames<T extends Error>(make: () => T): T {
  const { stackTraceLimit } = Error
  // Where `stackTraceLimit` is read-only, as with --frozen-intrinsics, the error keeps its frames.
  Reflect.set(Error, 'stackTraceLimit', 0)
  try {
    return make()
  } finally {
    Reflect.set(Error, 'stackTraceLimit', stackTraceLimit)
  }
}
