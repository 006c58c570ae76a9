import { createHook } from 'node:async_hooks'

/** How many timers were set while something ran. */
export async function countTimers(run: () => Promise<unknown>): Promise<number> {
  let timers = 0
  const hook = createHook({
    init(_, type) {
      if (type === 'Timeout') timers += 1
    },
  }).enable()
  try {
    await run()
  } finally {
    hook.disable()
  }
  return timers
}
