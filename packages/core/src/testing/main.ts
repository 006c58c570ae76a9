import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

import { runFleet } from './fleet/run-fleet.js'
import type { Life as HostsLife } from './hosts/operation.js'
import {
  describeFinding as describeHostsFinding,
  search as searchHosts,
  tellLife as tellHosts,
} from './hosts/search.js'
import type { Life as LeasesLife } from './leases/operation.js'
import { hostFaults } from './hosts/planted-faults.js'
import { plantedFaults } from './leases/planted/faults.js'
import {
  describeFinding as describeLeasesFinding,
  search as searchLeases,
  tellLife as tellLeases,
} from './leases/search.js'
import type { Life } from './model/operation.js'
import { describeFinding, search, tellLife } from './model/search.js'

const USAGE = `usage: npm run simulate -- [--operations N] [--seed S]   random lives of a pool; stops at a broken rule
       npm run simulate -- --replay JSON             one life again, as a finding prints it; @FILE reads it from a file
       npm run simulate -- --leases [--operations N] [--seed S]   random lives of borrowers and servers, up to the wire;
                                                     --leases --replay JSON lives one again,
                                                     --leases --planted tells how soon each planted fault is found
       npm run simulate -- --hosts [--operations N] [--seed S]   random lives of hosts: servers behind addresses, and what is
                                                     thought of them; --hosts --replay JSON and --hosts --planted as above
       npm run simulate -- --fleet [--pools N]       many pools at one cluster, of which a host dies and returns
`

const OPTIONS = {
  operations: { type: 'string', default: '1000000' },
  seed: { type: 'string', default: '1' },
  replay: { type: 'string' },
  leases: { type: 'boolean', default: false },
  hosts: { type: 'boolean', default: false },
  planted: { type: 'boolean', default: false },
  fleet: { type: 'boolean', default: false },
  pools: { type: 'string', default: '1000' },
  help: { type: 'boolean', short: 'h', default: false },
} as const

process.exitCode = await main()

async function main(): Promise<number> {
  try {
    return await run(parseArgs({ options: OPTIONS }).values)
  } catch (error) {
    // A mistake on the command line is told without a stack. Any other error is a fault of this program, and needs its stack.
    if (!(error instanceof TypeError)) throw error
    process.stderr.write(`${error.message}\n\n${USAGE}`)
    return 2
  }
}

async function run(values: ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values']): Promise<number> {
  if (values.help) {
    print(USAGE)
    return 0
  }
  const seed = whole('seed', values.seed)
  if (values.replay !== undefined) {
    const text = values.replay.startsWith('@') ? readFileSync(values.replay.slice(1), 'utf8') : values.replay
    if (values.hosts) return replayed(await tellHosts(JSON.parse(text) as HostsLife))
    return replayed(
      values.leases ? await tellLeases(JSON.parse(text) as LeasesLife) : tellLife(JSON.parse(text) as Life),
    )
  }
  if (values.fleet) {
    for await (const line of runFleet({ pools: whole('pools', values.pools), seed })) print(`${line}\n`)
    return 0
  }
  const operations = whole('operations', values.operations)
  if (values.planted) return findPlanted(seed, operations, values.hosts)
  if (values.hosts) return simulateHosts(seed, operations)
  return values.leases ? simulateLeases(seed, operations) : simulate(seed, operations)
}

function simulate(seed: number, operations: number): number {
  print(`seed ${seed}, ${operations} operations\n`)
  const progress = newProgress()
  const { finding, ...result } = search(seed, operations, progress.tell)
  if (finding !== undefined) {
    print(`${describeFinding(finding)}\n`)
    return 1
  }
  print(
    `every rule held for ${result.operations} operations in ${result.lives} lives of a pool, ${progress.seconds()} s\n`,
  )
  return 0
}

async function simulateLeases(seed: number, operations: number): Promise<number> {
  print(`seed ${seed}, ${operations} operations\n`)
  const progress = newProgress()
  const { finding, ...result } = await searchLeases(seed, operations, { onLife: progress.tell })
  if (finding !== undefined) {
    print(`${await describeLeasesFinding(finding)}\n`)
    return 1
  }
  const { operations: done, lives } = result
  print(`every rule held for ${done} operations in ${lives} lives of borrowers, ${progress.seconds()} s\n`)
  return 0
}

async function simulateHosts(seed: number, operations: number): Promise<number> {
  print(`seed ${seed}, ${operations} operations\n`)
  const progress = newProgress()
  const { finding, ...result } = await searchHosts(seed, operations, { onLife: progress.tell })
  if (finding !== undefined) {
    print(`${await describeHostsFinding(finding)}\n`)
    return 1
  }
  const { operations: done, lives } = result
  print(`every rule held for ${done} operations in ${lives} lives of hosts, ${progress.seconds()} s\n`)
  return 0
}

/** Looks for each planted fault, and begins with the same life for each. */
async function findPlanted(seed: number, operations: number, inHosts: boolean): Promise<number> {
  // Only this command needs the modules for building.
  const { searchWith } = await import('./search/plant.js')
  const [model, faults] = inHosts ? (['hosts', hostFaults] as const) : (['leases', plantedFaults] as const)
  let unfound = 0
  for (const fault of faults) {
    const { finding } = await searchWith(model, fault, seed, operations)
    if (finding === undefined) unfound += 1
    const found =
      finding === undefined
        ? 'not found'
        : `after ${finding.after}: ${finding.violation.rule}, life ${finding.life.seed}`
    print(`${fault.name}: ${found}\n`)
  }
  return unfound === 0 ? 0 : 1
}

/** Reports the progress every few seconds. */
function newProgress(): { readonly tell: (taken: number) => void; readonly seconds: () => string } {
  const began = performance.now()
  let toldAt = began
  return {
    tell: (taken) => {
      if (performance.now() - toldAt < 10_000) return
      toldAt = performance.now()
      print(`${taken} operations\n`)
    },
    seconds: () => ((performance.now() - began) / 1000).toFixed(1),
  }
}

function replayed(lines: readonly string[]): number {
  print(`${lines.join('\n')}\n`)
  return lines.at(-1)?.startsWith('broken') === true ? 1 : 0
}

function whole(name: string, text: string): number {
  if (/^\d+$/.test(text)) return Number(text)
  throw new TypeError(`--${name} takes a whole number, and got '${text}'`)
}

function print(text: string): void {
  process.stdout.write(text)
}
