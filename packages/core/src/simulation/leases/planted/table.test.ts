import { appendFileSync } from 'node:fs'
import { it } from 'vitest'
import { plantedFaults } from './faults.js'
import { searchWith } from './plant.js'
const only = process.env['ONLY']
for (const fault of plantedFaults.filter(({ name }) => only === undefined || name.includes(only)))
  it(fault.name, { timeout: 600_000 }, async () => {
    const began = performance.now()
    let line: string
    try {
      const { finding, operations } = await searchWith(
        fault,
        Number(process.env['SEED'] ?? 1),
        Number(process.env['OPS'] ?? 60_000),
      )
      line =
        finding === undefined
          ? `NOT FOUND in ${operations}`
          : `${finding.after} | ${finding.violation.rule} (${finding.violation.detail.slice(0, 110).replaceAll('\n', ' ')}) life ${finding.life.seed}`
    } catch (error) {
      line = `ERROR ${String(error).slice(0, 300)}`
    }
    appendFileSync(
      '/tmp/planted.txt',
      `${fault.name} | ${line} | ${((performance.now() - began) / 1000).toFixed(1)}s\n`,
    )
  })
