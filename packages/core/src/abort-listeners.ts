type Listener = () => void

/** The listeners of one signal, in the order they came, and what stops the signal from telling them. */
interface Watched {
  readonly listeners: Set<Listener>
  readonly stop: () => void
}

/** One listener of the pool's for each signal: a signal goes through all its own, and warns when there are more than ten. */
const watched = new WeakMap<AbortSignal, Watched>()

/**
 * Calls a listener once when a signal is aborted.
 * @returns what takes the listener away again
 */
export function onAbort(signal: AbortSignal, listener: Listener): () => void {
  const { listeners } = watched.get(signal) ?? watch(signal)
  listeners.add(listener)
  return () => {
    if (!listeners.delete(listener) || listeners.size > 0) return
    watched.get(signal)?.stop()
  }
}

function watch(signal: AbortSignal): Watched {
  const listeners = new Set<Listener>()
  const tell = (): void => {
    watched.delete(signal)
    for (const listener of listeners) listener()
  }
  signal.addEventListener('abort', tell, { once: true })
  const stop = (): void => {
    watched.delete(signal)
    signal.removeEventListener('abort', tell)
  }
  const made = { listeners, stop }
  watched.set(signal, made)
  return made
}
