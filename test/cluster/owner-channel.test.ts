import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type LaunchRequest, requestLaunch, serveLaunches } from './owner-channel.js'

function socketPath(): string {
  const directory = mkdtempSync(join(tmpdir(), 'hostpool-owner-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return join(directory, 's.sock')
}

test('a request reaches the owner, and comes back when it is done', async () => {
  const path = socketPath()
  const seen: LaunchRequest[] = []
  const server = await serveLaunches(path, async (request) => {
    seen.push(request)
  })
  onTestFinished(() => void server.close())
  await requestLaunch(path, { node: 2, bootstrap: true }, 5_000)
  expect(seen).toEqual([{ node: 2, bootstrap: true }])
})

test('what goes wrong at the owner is told to the one who asked', async () => {
  const path = socketPath()
  const server = await serveLaunches(path, () => Promise.reject(new Error('it runs already')))
  onTestFinished(() => void server.close())
  await expect(requestLaunch(path, { node: 0, bootstrap: false }, 5_000)).rejects.toThrow(/it runs already/)
})

test('an owner that is gone or does not answer is an error and not a hang', async () => {
  await expect(requestLaunch(socketPath(), { node: 0, bootstrap: false }, 5_000)).rejects.toThrow(/ENOENT/)
  const path = socketPath()
  const server = await serveLaunches(path, () => new Promise(() => {}))
  onTestFinished(() => void server.close())
  await expect(requestLaunch(path, { node: 0, bootstrap: false }, 100)).rejects.toThrow(/no answer within 100 ms/)
})
