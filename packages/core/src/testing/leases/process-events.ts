/**
 * Takes over an event of the process during a life: the model judges it, and not the test runner. Returns a function that ends
 * that.
 */
export function takeOver(
  event: 'unhandledRejection' | 'uncaughtException',
  judge: (error: unknown) => void,
): () => void {
  // Node has separate types for the listeners of the two events. The general type takes both.
  const emitter: NodeJS.EventEmitter = process
  const others = emitter.rawListeners(event) as ((...given: unknown[]) => void)[]
  emitter.removeAllListeners(event)
  emitter.on(event, judge)
  return () => {
    emitter.removeAllListeners(event)
    for (const other of others) emitter.on(event, other)
  }
}
