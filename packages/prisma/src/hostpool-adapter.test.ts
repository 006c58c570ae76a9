import type { Pool } from '@mysql-hostpool/core'
import { expect, test } from 'vitest'

import { HostpoolAdapter } from './hostpool-adapter.js'
import { asItIs } from './sql/utc-statement.js'

test('tells Prisma of no schema, so that statements do not name the database before every column', () => {
  const facts = { supportsRelationJoins: true, toUtc: asItIs }
  const adapter = new HostpoolAdapter(Object.create(null) as Pool, facts, async () => undefined)
  expect(adapter.getConnectionInfo()).toEqual({ maxBindValues: 65_535, supportsRelationJoins: true })
})
