import { types } from 'node:util'
import { createContext, Script } from 'node:vm'

const context = createContext({ run: undefined })
const script = new Script('run()')

/** Runs something that may be caught in a loop; answers false when it did not come to its end within so many milliseconds. */
export function endsWithin(milliseconds: number, run: () => void): boolean {
  context.run = run
  try {
    // The only way to break off a loop from outside within a process: the time of a script, and of all that it calls.
    script.runInContext(context, { timeout: milliseconds })
    return true
  } catch (error) {
    // It is an error of the script's own world, and no instance of this one's.
    if (types.isNativeError(error) && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false
    throw error
  }
}
