import { types } from 'node:util'
import { createContext, Script } from 'node:vm'

const context = createContext({ run: undefined })
const script = new Script('run()')

/** Runs a function that may be caught in a loop. Returns false when the function has not ended within so many milliseconds. */
export function endsWithin(milliseconds: number, run: () => void): boolean {
  context.run = run
  try {
    // The time limit of a script, which covers all that the script calls, is the only way to stop a loop from outside within a
    // process.
    script.runInContext(context, { timeout: milliseconds })
    return true
  } catch (error) {
    // The error is of the script's own realm, so `instanceof Error` is false.
    if (types.isNativeError(error) && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false
    throw error
  }
}
