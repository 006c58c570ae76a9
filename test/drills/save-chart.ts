import { createRequire } from 'node:module'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { drawSvg } from '../charts/svg.js'
import { drillChart } from './drill-chart.js'
import { FAULT_WORDS } from './drill-names.js'
import type { DrillRecord } from './drill.js'
import type { DrillOptions } from './options.js'
import { SERVER_WORDS } from './server-kind.js'

/** Draws what became of the reads of a drill. Resolves to the path of the chart. */
export async function saveChart(
  file: string,
  record: DrillRecord,
  { servers, connections }: Pick<DrillOptions, 'servers' | 'connections'>,
  version: string,
): Promise<string> {
  const path = resolve(file)
  const caption = [
    `Reads while ${FAULT_WORDS[record.drill]}`,
    `Three nodes of ${SERVER_WORDS[servers]}, ${version}; ${record.rate} requests a second to each pool, every fifth a write; ` +
      `${connections} connections for each pool.`,
    `Node.js ${process.versions.node}, mysql2 ${versionOf('mysql2')}; pools and servers share one machine; the load makes no random choices.`,
    `One run of: npm run drill -- ${record.drill} --rate ${record.rate}${peersOf(record)} --chart ${file}`,
  ]
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, await drawSvg(drillChart(record, caption)))
  return path
}

function peersOf({ subjects }: DrillRecord): string {
  return subjects.flatMap(({ name }) => (name.startsWith('hostpool') ? [] : [` --peer ${name}`])).join('')
}

function versionOf(name: string): string {
  const { version } = createRequire(import.meta.url)(`${name}/package.json`) as { readonly version: string }
  return version
}
