import type { AuthPlugin } from '../../config/options.js'
import { HostpoolError } from '../../errors/hostpool-error.js'
import type { ApplicationWork } from '../../host-timer.js'
import { wordsOf } from '../../user-fault.js'

type Plugins = Readonly<Record<string, AuthPlugin>>
type Step = (data: Buffer) => unknown

/**
 * Wraps authentication plugins so that they report when they are at work: a plugin may fetch a token, and that time is not the
 * host's. An error of a plugin gets a message that names the option.
 */
export function watchedPlugins(plugins: Plugins, work: ApplicationWork): Plugins {
  return Object.fromEntries(Object.entries(plugins).map(([name, plugin]) => [name, watched(name, plugin, work)]))
}

function watched(name: string, plugin: AuthPlugin, work: ApplicationWork): AuthPlugin {
  const option = `authPlugins.${name}`
  const made = (context: never): Step => {
    const step: Step = attempted(option, () => plugin(context))
    return async (data) => {
      work(`the function ${option}`)
      try {
        return await step(data)
      } catch (reason) {
        throw failure(option, reason)
      } finally {
        work(undefined)
      }
    }
  }
  return made as AuthPlugin
}

function attempted<T>(option: string, run: () => T): T {
  try {
    return run()
  } catch (reason) {
    throw failure(option, reason)
  }
}

function failure(option: string, reason: unknown): HostpoolError {
  return new HostpoolError('ERR_HOSTPOOL_CONFIG', `The function ${option} failed: ${wordsOf(reason)}`, {
    cause: reason,
  })
}
