import { createPool, type HostStatus, type PoolStatus } from '@mysql-hostpool/core'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { run } from '../command.js'
import { TestTerminal } from '../testing/test-terminal.js'
import { coloursFor } from '../text/colours.js'
import { hostColumns } from './host-columns.js'
import { WatchLines } from './watch-lines.js'
import { ago, WatchScreen } from './watch-screen.js'

const TIME = new Date(2026, 10, 30, 9, 5, 7)
const READS = { done: 12, open: 1, failed: 2, worst: 34.5 }

async function statusOf(host: string, ...more: readonly Partial<HostStatus>[]): Promise<PoolStatus> {
  const pool = createPool({ host })
  await pool.end()
  const status = pool.status()
  return { ...status, hosts: status.hosts.map((each, index) => ({ ...each, ...more[index] })) }
}

function served(count: number, more: Partial<HostStatus> = {}): Partial<HostStatus> {
  return { counters: { opened: 0, closed: 0, connectsFailed: 0, served: count }, ...more }
}

describe('the columns of hosts', () => {
  it('have the share of the checkouts since the line before', async () => {
    const before = new Map([
      ['a:3306', 100],
      ['b:3306', 50],
    ])
    const { hosts } = await statusOf('a,b', served(130), served(60))
    expect(hostColumns(hosts, before).map(({ share }) => share)).toEqual([0.75, 0.25])
  })

  it('have no share without traffic', async () => {
    const { hosts } = await statusOf('a', served(0))
    expect(hostColumns(hosts, new Map()).map(({ share }) => share)).toEqual([0])
  })

  it('count connections in use, idle and under way', async () => {
    const { hosts } = await statusOf('a', { inUse: 3, idle: 2, connecting: 1 })
    expect(hostColumns(hosts, new Map())[0]?.connections).toBe(6)
  })
})

describe('lines', () => {
  it('stand under their headings', async () => {
    const before = await statusOf('db1,db2')
    const lines = new WatchLines(before)
    const now = await statusOf('db1,db2', served(3, { state: 'up', idle: 2 }), served(1, { state: 'suspect' }))
    const [groups = '', heading = '', line = ''] = lines.second(TIME, READS, now)
    expect(groups).toMatch(/^ +db1:3306 +db2:3306$/)
    expect(line).toBe('09:05:07   12    1     35      2       0   up       2   75%   suspect  0   25%')
    expect(heading.length).toBe(line.length)
    for (const [name, value] of [
      ['time', '09:05:07'],
      ['done', '12'],
      ['open', '1'],
      ['ms', '35'],
      ['failed', '2'],
      ['waiting', '0'],
      ['con', '2'],
      ['share', '75%'],
    ] as const) {
      const end = heading.indexOf(name) + name.length
      expect(line.slice(0, end)).toMatch(new RegExp(`(^| )${value}$`))
    }
  })

  it('have headings again when hosts come and go, and after twenty lines', async () => {
    const one = await statusOf('db1')
    const two = await statusOf('db1,db2')
    const lines = new WatchLines(one)
    const counts = [one, one, two, ...Array.from({ length: 20 }, () => two)].map(
      (status) => lines.second(TIME, READS, status).length,
    )
    expect(counts).toEqual([3, 1, 3, ...Array.from({ length: 19 }, () => 1), 3])
  })
})

describe('the screen', () => {
  it('shows each host with its reason, and what happened, and fits the terminal', async () => {
    const status = await statusOf(
      'db1,db2',
      served(1, { state: 'up', since: TIME.getTime() - 5_000, latency: 1.26 }),
      served(0, { state: 'down', since: TIME.getTime() - 600_000, reason: 'connect ECONNREFUSED 10.0.0.2:3306' }),
    )
    const screen = new WatchScreen(await statusOf('db1,db2'), coloursFor(false))
    for (let index = 0; index < 30; index += 1) screen.event(TIME, `event ${index} ${'x'.repeat(200)}`)
    const picture = screen.picture(TIME, READS, status, { columns: 100, rows: 12 })
    expect(picture.length).toBeLessThan(12)
    expect(Math.max(...picture.map((line) => line.length))).toBeLessThanOrEqual(100)
    const text = picture.join('\n')
    expect(text).toMatch(/db1:3306 +up +5 s +yes +0 +0 +0 +100% +1\.3/)
    expect(text).toMatch(/db2:3306 +down +10 min +no .*connect ECONNREFUSED/)
    expect(text).toContain('event 22')
  })

  it.each([
    [0, '0 s'],
    [-5, '0 s'],
    [99_000, '99 s'],
    [100_000, '2 min'],
    [7_200_000, '2 h'],
    [864_000_000, '10 d'],
  ])('%i ms ago is %s', (milliseconds, text) => {
    expect(ago(milliseconds)).toBe(text)
  })
})

describe('the watch', () => {
  const URL = 'mysql://app:hunter22@127.0.0.1:1,127.0.0.1:2/shop'

  afterEach(() => void vi.useRealTimers())

  async function watched(terminal: TestTerminal, ...flags: readonly string[]): Promise<number> {
    const running = run(['watch', URL, ...flags], terminal)
    await vi.waitFor(() => expect(terminal.output.match(/(?:\n|$)/g)?.length).toBeGreaterThan(5), { timeout: 5_000 })
    terminal.stop()
    return running
  }

  it('writes plain lines where nothing can be painted over, and ends cleanly', async () => {
    const terminal = new TestTerminal()
    expect(await watched(terminal, '--reads', '20')).toBe(0)
    expect(terminal.output).toMatch(
      /^\d\d:\d\d:\d\d \* the pool sees that 127\.0\.0\.1:1 is down: connect ECONNREFUSED/m,
    )
    expect(terminal.output).toMatch(/time done open +ms failed waiting/)
    expect(terminal.output).toMatch(/a read failed: No host can be used/)
    expect(terminal.output).not.toContain('\u001b')
    expect(terminal.output).not.toContain('hunter22')
  })

  it('paints over the last picture on a terminal, and gives the cursor back', async () => {
    const terminal = new TestTerminal()
    terminal.interactive = true
    expect(await watched(terminal, '--reads', '0')).toBe(0)
    expect(terminal.output.startsWith('\u001b[?25l')).toBe(true)
    expect(terminal.output.endsWith('\u001b[?25h')).toBe(true)
    expect(terminal.output).toMatch(/127\.0\.0\.1:2 +down/)
  })

  it('writes a line a second for machines', async () => {
    const terminal = new TestTerminal()
    const running = run(['watch', URL, '--json'], terminal)
    await vi.waitFor(() => expect(terminal.output.split('\n').length).toBeGreaterThan(1), { timeout: 5_000 })
    terminal.stop()
    expect(await running).toBe(0)
    const [line = ''] = terminal.output.split('\n')
    expect(JSON.parse(line)).toMatchObject({
      time: expect.any(String) as string,
      poolName: 'hostpool',
      hosts: [{ name: '127.0.0.1:1', state: 'down' }, { name: '127.0.0.1:2' }],
      events: expect.arrayContaining([expect.objectContaining({ event: 'hostDown', host: '127.0.0.1:1' })]) as unknown,
    })
    expect(line).not.toContain('hunter22')
  })
})
