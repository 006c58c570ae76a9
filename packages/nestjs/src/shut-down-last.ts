import type { ModulesContainer } from '@nestjs/core'

/**
 * Makes a module the last to shut down. Nest calls `onApplicationShutdown` of one module after the other: nearest to the root
 * first, global modules last, and among these the one that was imported last first. TypeORM's module is global, so the place of a
 * pool's module in lists of `imports` would decide whether the DataSource is destroyed before its pool is ended. A distance beyond
 * that of global modules is behind all of them, wherever the module is imported.
 *
 * Nest reads the distances when all providers have been made, and so this has to be called by a provider, or earlier.
 * @param isOwn - tells the module by one of its providers
 */
export function shutDownLast(modules: ModulesContainer, isOwn: (provider: unknown) => boolean): void {
  for (const module of modules.values()) {
    if ([...module.providers.values()].some(({ instance }) => isOwn(instance))) module.distance = Infinity
  }
}
