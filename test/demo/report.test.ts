import type { HostStatus } from '@mysql-hostpool/core'
import { expect, test } from 'vitest'
import { headerLines, hostColumns, secondLine } from './report.js'

const host = (name: string, served: number, more: Partial<HostStatus> = {}): HostStatus => ({
  name,
  state: 'up',
  reason: '',
  since: 0,
  origin: 'configured',
  zone: undefined,
  weight: 1,
  writable: true,
  serves: { read: true, write: true },
  inUse: 0,
  idle: 0,
  connecting: 0,
  generation: 0,
  latency: undefined,
  counters: { opened: 0, closed: 0, connectsFailed: 0, served },
  ...more,
})

test('a share is that of the checkouts since the line before', () => {
  const before = new Map([
    ['a:1', 100],
    ['b:1', 50],
  ])
  expect(hostColumns([host('a:1', 130), host('b:1', 60)], before).map(({ share }) => share)).toEqual([0.75, 0.25])
})

test('without traffic every share is nothing', () => {
  expect(hostColumns([host('a:1', 0)], new Map()).map(({ share }) => share)).toEqual([0])
})

test('connections are those in use, idle and under way', () => {
  const [column] = hostColumns([host('a:1', 1, { inUse: 3, idle: 2, connecting: 1 })], new Map())
  expect(column?.connections).toBe(6)
})

test('the columns of three hosts stand under their headings and fit a terminal', () => {
  const hosts = Array.from({ length: 3 }, () => ({ state: 'suspect', connections: 12, share: 1 }))
  const line = secondLine(3600, { done: 1000, failed: { read: 0, write: 12 }, worst: 12_345.2 }, 999, hosts)
  expect(line.length).toBeLessThanOrEqual(100)
  const [, heading = ''] = headerLines(['node1', 'node2', 'node3']).split('\n')
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
