import type { Resource } from '../pool/resource.js'

/** A connection on which no command ends, and which is never lost. */
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
