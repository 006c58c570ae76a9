import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeOwnedDirectory, removeLeftovers } from './working-directory.js'

function scratch(): string {
  const path = mkdtempSync(join(tmpdir(), 'hostpool-leftovers-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

test('leftovers of processes that are gone are removed, those of living ones and other things stay', () => {
  const base = scratch()
  const mine = makeOwnedDirectory(base, 'cluster')
  // The number of a living process with another start: it has been given out again since.
  const reused = join(base, `cluster-${process.pid}-1-0a0b0c0d`)
  const gone = join(base, 'building-4194300-12345-0a0b0c0d')
  const other = join(base, 'template-2026-03-10-0123456789ab')
  for (const path of [reused, gone, other]) mkdirSync(join(path, 'node1'), { recursive: true })
  removeLeftovers(base)
  expect([mine, reused, gone, other].map((path) => existsSync(path))).toEqual([true, false, false, true])
})

test('two directories of one process have different names', () => {
  const base = scratch()
  expect(basename(makeOwnedDirectory(base, 'cluster'))).not.toBe(basename(makeOwnedDirectory(base, 'cluster')))
})
