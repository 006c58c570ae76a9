import type { HostCondition } from '../hosts/host-condition.js'
import type { ProbeResult } from './probe-result.js'

/** Whether nothing is to be said against the host. */
export function isWell({ health, writable, lastResort }: HostCondition): boolean {
  return health === 'up' && writable && !lastResort
}

/** Whether a verdict takes something away from a host that it has now. */
export function isWorse({ health, writable, lastResort }: HostCondition, result: ProbeResult): boolean {
  if (!result.usable) return health !== 'down'
  return (writable && !result.writable) || (!lastResort && result.lastResort)
}
