import { cpus, loadavg, release, totalmem, type } from 'node:os'

/** What everything was measured on. */
export interface Machine {
  readonly node: string
  readonly system: string
  readonly processor: string
  readonly cores: number
  readonly memory: number
  /** Processes that wanted a core during the last minute: more than cores means that others were at work. */
  readonly load: number
}

export function thisMachine(): Machine {
  const all = cpus()
  return {
    node: process.version,
    system: `${type()} ${release()}`,
    processor: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memory: totalmem(),
    load: loadavg()[0] ?? 0,
  }
}

export function machineText({ node, system, processor, cores, memory, load }: Machine): string {
  const gigabytes = Math.round(memory / 1e9)
  return `Node.js ${node}, ${system}, ${cores} × ${processor}, ${gigabytes} GB; load ${load.toFixed(1)} before the first round`
}
