import { expect, test, vi } from 'vitest'

import { warnOfUnused } from './replication-options.js'
import { typeormDriver } from './typeorm-driver.js'

const nodes = { master: { password: 'swordfish' }, slaves: [{ password: 'swordfish' }] }

function warningsFor(options: object): readonly string[] {
  const warnings: string[] = []
  warnOfUnused({ ...nodes, ...options }, (message) => warnings.push(message))
  return warnings
}

test.each([
  ['nothing', {}],
  ["mysql2's defaults", { canRetry: true, removeNodeErrorCount: 5, restoreNodeTimeout: 0, selector: 'RR' }],
  ['what was left undefined', { selector: undefined }],
  ["TypeORM's own mode", { defaultMode: 'master' }],
])('a replication that says %s is served without a word', (_name, options) => {
  expect(warningsFor(options)).toEqual([])
})

test('what has no effect is named with its value, all of it at once, and no secret', () => {
  const warnings = warningsFor({ canRetry: false, removeNodeErrorCount: 1, restoreNodeTimeout: 500, selector: 'ORDER' })
  expect(warnings).toEqual([
    expect.stringContaining("canRetry: false, removeNodeErrorCount: 1, restoreNodeTimeout: 500, selector: 'ORDER'"),
  ])
  expect(warnings.join()).not.toContain('swordfish')
})

test('TypeORM hears of it as a warning of the process, and gets its cluster', () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  const cluster = typeormDriver({ host: 'db1' }).createPoolCluster({ ...nodes, removeNodeErrorCount: 1 })
  const calls = [...warn.mock.calls]
  warn.mockRestore()
  expect(calls).toEqual([
    [expect.stringContaining('removeNodeErrorCount: 1'), expect.objectContaining({ type: 'HostpoolWarning' })],
  ])
  expect(cluster.pools).toEqual([])
})
