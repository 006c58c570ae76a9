import type { Resource } from '../pool/resource.js'

/** A connection to which nothing ever happens. */
export const stillResource: Resource = {
  alive: true,
  needsCleaning: false,
  unresettable: false,
  askedAt: Infinity,
  onLost: undefined,
  validate: () => undefined,
  clean: () => undefined,
  hostUnresponsive: () => undefined,
  close: () => undefined,
  destroy: () => undefined,
  unref: () => undefined,
}
