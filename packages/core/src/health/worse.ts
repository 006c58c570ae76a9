import type { HostCondition } from '../hosts/host-state.js'
import type { Verdict } from './verdict.js'

/** Whether nothing is to be said against the host. */
export function isWell({ health, writable, lastResort }: HostCondition): boolean {
  return health === 'up' && writable && !lastResort
}

/** Whether a verdict takes something away from a host that it has now. */
export function isWorse({ health, writable, lastResort }: HostCondition, verdict: Verdict): boolean {
  if (!verdict.usable) return health !== 'down'
  return (writable && !verdict.writable) || (!lastResort && verdict.lastResort)
}
