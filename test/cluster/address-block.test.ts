import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { blockPrefix, claimAddressBlock, nodePorts } from './address-block.js'

test('every block has a prefix of its own within the loopback network', () => {
  const all = new Set(Array.from({ length: 64 * 256 }, (_, index) => blockPrefix(index)))
  expect(all.size).toBe(64 * 256)
  expect(blockPrefix(0)).toBe('127.64.0')
  expect(blockPrefix(64 * 256 - 1)).toBe('127.127.255')
  expect(blockPrefix(64 * 256)).toBe('127.64.0')
})

test('the ports of a node follow its SQL port', () => {
  expect(nodePorts(13_306)).toEqual({ sql: 13_306, group: 13_307, incremental: 13_308, full: 13_309 })
})

test('blocks claimed side by side have different addresses and are free to listen on', async () => {
  const blocks = await Promise.all([claimAddressBlock(3), claimAddressBlock(3)])
  onTestFinished(() => blocks.forEach((block) => block.release()))
  const hosts = blocks.flatMap((block) => block.hosts)
  expect(new Set(hosts).size).toBe(6)
  const [first] = blocks
  const server = createServer().listen(first.ports.sql, first.hosts[2])
  await once(server, 'listening')
  server.close()
})

test('a port that is taken on all addresses is refused with the remedy', async () => {
  const server = createServer().listen(0, '0.0.0.0')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  await expect(claimAddressBlock(2, port)).rejects.toThrow(new RegExp(`on port ${port}: .* Give another \`port\``))
})
