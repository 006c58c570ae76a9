import { createPool } from '@mysql-hostpool/core'
import { expect, test } from 'vitest'
import { Report } from './report.js'

test('the columns of three hosts stand under their headings and fit a terminal', async () => {
  const pool = createPool({ host: 'db1,db2,db3' })
  const status = pool.status()
  await pool.end()
  const written: string[] = []
  const report = new Report((text) => written.push(...text.trimEnd().split('\n')), status)
  const hosts = status.hosts.map((host) => ({
    ...host,
    state: 'suspect' as const,
    inUse: 12,
    counters: { ...host.counters, served: host.name === 'db1:3306' ? 9 : 0 },
  }))
  report.header(status)
  report.second(3600, { done: 1000, failed: { read: 0, write: 12 }, worst: 12_345.2 }, 999, { ...status, hosts })
  const [groups = '', heading = '', line = ''] = written
  expect(groups).toMatch(/node1 +node2 +node3$/)
  expect(line.length).toBeLessThanOrEqual(100)
  expect(line.length).toBe(heading.length)
  for (const [name, value] of [
    ['second', '3600'],
    ['done', '1000'],
    ['open', '999'],
    ['ms', '12346'],
    ['write', '12'],
    ['con', '12'],
    ['share', '100%'],
  ] as const) {
    const end = heading.search(new RegExp(`\\b${name}\\b`)) + name.length
    expect(line.slice(0, end)).toMatch(new RegExp(`\\b${value}$`))
  }
})
