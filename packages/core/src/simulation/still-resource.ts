import type { Resource } from '../pool/resource.js'

/** A connection to which nothing ever happens. */
export const stillResource: Resource = {
  alive: true,
  needsCleaning: false,
  spoilt: false,
  askedAt: Infinity,
  onLost: undefined,
  validate: () => undefined,
  clean: () => undefined,
  hostSilent: () => undefined,
  close: () => undefined,
  destroy: () => undefined,
  unref: () => undefined,
}
