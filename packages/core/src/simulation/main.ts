import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

import { runFleet } from './fleet/run-fleet.js'
import { growthTable, measureGrowth } from './growth.js'
import type { Life } from './model/operation.js'
import { describeFinding, search, tellLife } from './model/search.js'

const USAGE = `usage: npm run simulate -- [--operations N] [--seed S]   random lives of a pool; stops at a broken rule
       npm run simulate -- --replay JSON             one life again, as a finding prints it; @FILE reads it from a file
       npm run simulate -- --fleet [--pools N]       many pools at one cluster, of which a host dies and returns
       npm run simulate -- --growth [--rounds N]     what a checkout and a release cost in small and large pools
`

const OPTIONS = {
  operations: { type: 'string', default: '1000000' },
  seed: { type: 'string', default: '1' },
  replay: { type: 'string' },
  fleet: { type: 'boolean', default: false },
  growth: { type: 'boolean', default: false },
  rounds: { type: 'string', default: '15' },
  pools: { type: 'string', default: '1000' },
  help: { type: 'boolean', short: 'h', default: false },
} as const

process.exitCode = await main()

async function main(): Promise<number> {
  try {
    return await run(parseArgs({ options: OPTIONS }).values)
  } catch (error) {
    // A mistake on the command line; anything else is a mistake of this program, and its stack is wanted.
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
  if (values.replay !== undefined) return replay(values.replay)
  if (values.fleet) {
    for await (const line of runFleet({ pools: whole('pools', values.pools), seed })) print(`${line}\n`)
    return 0
  }
  if (values.growth) {
    print(growthTable(await measureGrowth(whole('rounds', values.rounds))))
    return 0
  }
  return simulate(seed, whole('operations', values.operations))
}

function simulate(seed: number, operations: number): number {
  print(`seed ${seed}, ${operations} operations\n`)
  const began = performance.now()
  const told = { at: began }
  const { finding, ...result } = search(seed, operations, (taken) => {
    if (performance.now() - told.at < 10_000) return
    told.at = performance.now()
    print(`${taken} operations\n`)
  })
  if (finding !== undefined) {
    print(`${describeFinding(finding)}\n`)
    return 1
  }
  const seconds = (performance.now() - began) / 1000
  print(
    `every rule held for ${result.operations} operations in ${result.lives} lives of a pool, ${seconds.toFixed(1)} s\n`,
  )
  return 0
}

function replay(given: string): number {
  const text = given.startsWith('@') ? readFileSync(given.slice(1), 'utf8') : given
  const lines = tellLife(JSON.parse(text) as Life)
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
