import { needsOf } from './application-needs.js'
import type { Dimension } from './dimension.js'
import { type ServerRow, SERVERS } from './server-rows.js'

const CHECKS = ['sql', 'mysql2', 'typeorm', 'prisma', 'tls', 'failover']

export const servers: Dimension<ServerRow> = {
  name: 'servers',
  title: 'Servers',
  about:
    'Three servers each. The first host is killed, of a single primary and of a source that is the one that takes writes; a replica is then promoted. All tests run on the first row; the drills know MySQL 9 as well.',
  columns: CHECKS,
  rows: SERVERS,
  async run(row, workshop) {
    const needs = needsOf(
      ['core', 'mysql2', 'typeorm', 'prisma'],
      ['mysql2', 'typeorm', '@prisma/client', 'prisma'],
      {},
    )
    const application = await workshop.application(needs)
    const { server, checks } = await workshop.check(CHECKS, application, { row })
    if (server === undefined || !row.version.test(server)) {
      const note = `the server is ${server ?? 'of an unknown version'}`
      return { versions: {}, checks: [...checks, { name: 'version', outcome: 'failed', seconds: 0, note }] }
    }
    return { versions: { [row.brand]: server }, checks }
  },
}
