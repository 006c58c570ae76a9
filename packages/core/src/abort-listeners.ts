type Listener = () => void

/** The listeners of one signal in the order of their registration, and the function that unhooks all of them from the signal. */
interface Watched {
  readonly listeners: Set<Listener>
  readonly stop: () => void
}

/** The pool adds a single listener to each signal: Node warns of a leak when one signal has more than ten listeners. */
const watched = new WeakMap<AbortSignal, Watched>()

/**
 * Calls a listener once when a signal is aborted.
 * @returns a function that removes the listener
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
