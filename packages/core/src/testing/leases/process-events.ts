/** What happens to the process during a life is the model's to judge, and not that of what runs it. Answers what ends that. */
export function takeOver(
  event: 'unhandledRejection' | 'uncaughtException',
  judge: (error: unknown) => void,
): () => void {
  // One list of listeners for both events; Node types each of them apart.
  const emitter: NodeJS.EventEmitter = process
  const others = emitter.rawListeners(event) as ((...given: unknown[]) => void)[]
  emitter.removeAllListeners(event)
  emitter.on(event, judge)
  return () => {
    emitter.removeAllListeners(event)
    for (const other of others) emitter.on(event, other)
  }
}
