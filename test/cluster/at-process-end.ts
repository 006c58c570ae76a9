type Cleanup = () => void

const cleanups = new Set<Cleanup>()
let signalsHandled = false

/**
 * Runs a synchronous clean-up when this process exits, unless the returned function is called before. A process that is
 * killed by a signal does not get to run it: servers are then ended by the kernel (see `spawnServer`), and directories
 * are removed when the next cluster starts.
 */
export function atProcessEnd(cleanup: Cleanup): () => void {
  if (cleanups.size === 0) process.on('exit', runAll)
  cleanups.add(cleanup)
  return () => {
    cleanups.delete(cleanup)
    if (cleanups.size === 0) process.off('exit', runAll)
  }
}

/** For machines where the kernel cannot be asked to end the servers with this process: clean up on signals too. */
export function alsoOnSignals(): void {
  if (signalsHandled) return
  signalsHandled = true
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const handle = () => {
      runAll()
      process.off(signal, handle)
      // Somebody else's handler decides what the signal means; without one it means the end.
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
    }
    process.on(signal, handle)
  }
}

function runAll(): void {
  for (const cleanup of cleanups) cleanup()
  cleanups.clear()
}
