import type { Tracer } from '../channels/tracer.js'
import type { HostSet } from '../hosts/host-set.js'
import { HostState } from '../selectors/host-state.js'
import type { PoolEmitter } from '../pool/emitter.js'

/** Emits an event for each change of a host's state, and publishes each change of a host on the pool's channel. */
export function emitHostEvents(hosts: HostSet, emitter: PoolEmitter, tracer: Tracer): void {
  hosts.onChange((host, before) => {
    tracer.hostChanged(host, before)
    const { state, condition, name } = host
    const { reason, error } = condition
    if (before === undefined) emitter.emit('hostAdded', { host: name, origin: host.origin })
    if (host.removed) emitter.emit('hostRemoved', { host: name, reason })
    if (before === undefined || state === before) return
    switch (state) {
      case HostState.up:
        emitter.emit('hostUp', { host: name, reason })
        break
      case HostState.unknown:
        // The end of a drain is no news about the host.
        break
      case HostState.suspect:
        emitter.emit('hostSuspect', { host: name, reason })
        break
      case HostState.draining:
        emitter.emit('hostDraining', { host: name })
        break
      case HostState.down:
        emitter.emit('hostDown', { host: name, reason, error })
        if (hosts.all.every((other) => !other.serves.read && !other.serves.write)) {
          const reasons = hosts.all.map((other) => [other.name, other.condition.reason] as const)
          emitter.emit('allHostsDown', { reasons: Object.fromEntries(reasons) })
        }
        break
      default:
        state satisfies never
    }
  })
}
