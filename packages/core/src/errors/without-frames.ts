/**
 * Makes an error that does not say where it was made. Frames are most of what an error costs, and where thousands of callers are
 * told at once they are the same for all, and none of the callers'.
 */
export function withoutFrames<T extends Error>(make: () => T): T {
  const { stackTraceLimit } = Error
  // It can be read-only, as with --frozen-intrinsics: then all have frames.
  Reflect.set(Error, 'stackTraceLimit', 0)
  try {
    return make()
  } finally {
    Reflect.set(Error, 'stackTraceLimit', stackTraceLimit)
  }
}
