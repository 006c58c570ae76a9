import type { Examination } from '../examine.js'
import type { HostFacts } from '../facts.js'

/** The report for machines: `{ fitness, findings, checks, hosts }`. */
export function jsonReport({ fitness, findings, checks, hosts }: Examination): string {
  return JSON.stringify({ fitness, findings, checks, hosts: hosts.map(hostJson) }, undefined, 2)
}

function hostJson({ name, origin, failure, verdict, server }: HostFacts): object {
  return {
    name,
    origin,
    failure: failure ?? null,
    state: verdict?.state ?? null,
    reason: verdict?.reason ?? null,
    writable: verdict?.writable ?? null,
    version: server?.version ?? null,
    kind: server?.description?.kind ?? null,
    cluster: server?.description?.cluster ?? null,
    clock: server?.clock ?? null,
  }
}
