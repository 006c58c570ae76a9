import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { liveAmongRogues } from './rogue-life.js'

/** More lives than these: ROGUE_LIVES=500, from the seed ROGUE_SEED on. */
const LIVES = Number(process.env['ROGUE_LIVES'] ?? 8)
const FIRST = Number(process.env['ROGUE_SEED'] ?? 1)
const seeds = Array.from({ length: LIVES }, (_, index) => FIRST + index * 10)

/** Milliseconds; that of the servers, which are in the same process, and of a busy machine counted in. */
const LONGEST_BLOCK = 1_500

/** Characters of a text in a status or an event. */
const LONGEST_TEXT = 5_000

/** Bytes of heap, what is garbage already among them. */
const MOST_GROWN = 300e6

/** Without the guard there is nothing to be said here. */
const driver = readFileSync(new URL('../../driver/mysql2/mysql2-driver.ts', import.meta.url), 'utf8')

describe.skipIf(!driver.includes('guardPackets'))('a pool among rogue servers', () => {
  it.each(seeds)(
    'settles all that it was asked, asks for no file, holds nothing up and ends; seed %i',
    async (seed) => {
      const uncaught: unknown[] = []
      const catching = (error: unknown): void => void uncaught.push(error)
      process.on('uncaughtExceptionMonitor', catching)
      process.on('unhandledRejection', catching)
      const before = process.memoryUsage().heapUsed
      try {
        const { unsettled, status, files, blocked, longestText, mischiefs } = await liveAmongRogues(seed)
        const grown = process.memoryUsage().heapUsed - before
        expect({
          seed,
          mischiefs: [...new Set(mischiefs)],
          status,
          unsettled,
          uncaught,
          files,
          heldUpFor: blocked < LONGEST_BLOCK ? 0 : blocked,
          longestText: longestText < LONGEST_TEXT ? 0 : longestText,
          grown: grown < MOST_GROWN ? 0 : grown,
        }).toMatchObject({ unsettled: [], uncaught: [], files: 0, heldUpFor: 0, longestText: 0, grown: 0 })
        if (process.env['ROGUE_LIVES'] !== undefined)
          process.stdout.write(`${seed}: ${blocked.toFixed(0)} ms, ${mischiefs.length} mischiefs\n`)
      } finally {
        process.off('uncaughtExceptionMonitor', catching)
        process.off('unhandledRejection', catching)
      }
    },
    30_000,
  )
})
