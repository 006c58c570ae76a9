import { EVERYTHING } from './application-needs.js'
import type { Dimension } from './dimension.js'
import { type RuntimeRow, RUNTIMES } from './runtime-rows.js'

const CHECKS = ['loading', 'sql', 'mysql2', 'typeorm', 'prisma', 'nestjs', 'opentelemetry', 'tls', 'failover']

export const runtimes: Dimension<RuntimeRow> = {
  name: 'node',
  title: 'Node.js, Bun and Deno',
  about:
    'Of each line of Node.js the oldest version that is allowed, and the newest. Everything else is at its newest.',
  columns: CHECKS,
  rows: RUNTIMES,
  async run(row, workshop) {
    const command = await workshop.runtime(row)
    const application = await workshop.application(EVERYTHING)
    const { runtime, checks } = await workshop.check(CHECKS, application, { command })
    return { versions: { [row.runtime]: runtime ?? 'unknown' }, checks }
  },
}
