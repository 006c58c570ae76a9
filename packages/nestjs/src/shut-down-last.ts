import type { ModulesContainer } from '@nestjs/core'

/**
 * Makes a module the last to shut down. Nest calls `onApplicationShutdown` of one module after the other: modules near the root
 * first, global modules last, and among global modules the last imported first. TypeORM's module is global, so the place of a
 * pool's module in lists of `imports` would decide whether the DataSource is destroyed before its pool is ended. A module with a
 * distance beyond that of global modules comes after all of them, wherever it is imported.
 *
 * Nest reads the distances after it has made all providers. This function therefore has to be called by a provider, or earlier.
 * @param isOwn - tells the module by one of its providers
 */
export function shutDownLast(modules: ModulesContainer, isOwn: (provider: unknown) => boolean): void {
  for (const module of modules.values()) {
    if ([...module.providers.values()].some(({ instance }) => isOwn(instance))) module.distance = Infinity
  }
}
