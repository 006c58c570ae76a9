import type { HostCondition } from '../hosts/host-condition.js'
import type { ProbeResult } from './probe-result.js'

/** Whether the host is up, writable and no last resort. */
export function isWell({ health, writable, lastResort }: HostCondition): boolean {
  return health === 'up' && writable && !lastResort
}

/** Whether the result of a probe is worse than the present condition of the host. */
export function isWorse({ health, writable, lastResort }: HostCondition, result: ProbeResult): boolean {
  if (!result.usable) return health !== 'down'
  return (writable && !result.writable) || (!lastResort && result.lastResort)
}
