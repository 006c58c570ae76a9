import { createServer } from 'node:http'

import { examine } from '@mysql-hostpool/cli'
import type { Examination } from '@mysql-hostpool/cli'
import { createPool } from '@mysql-hostpool/core'
import { instrument } from '@mysql-hostpool/opentelemetry'
import type { InstrumentOptions } from '@mysql-hostpool/opentelemetry'
import { statusPage } from '@mysql-hostpool/status-page'

const pool = createPool({ host: 'db1,db2' })
const options: InstrumentOptions = { spans: { queryText: true } }
export const stop = instrument(pool, options)
export const server = createServer(statusPage(pool, { title: 'shop' }))

export function diagnose(): Promise<Examination> {
  return examine('mysql://app:secret@db1,db2/shop', { timeout: 1000 })
}
