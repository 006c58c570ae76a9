import { expect, test } from 'vitest'
import { nodePorts } from './address-block.js'
import { nodeFiles } from './node-files.js'
import { formatConfig, nodeConfig } from './server-config.js'

const block = { hosts: ['127.80.1.1', '127.80.1.2'], ports: nodePorts(5000) }

function configLines(overrides: { index?: number; suspectTimeout?: number; settings?: Record<string, number> }) {
  return nodeConfig({
    files: nodeFiles('/run/c/node2'),
    name: 'node2',
    index: 1,
    block,
    clusterName: 'test',
    provider: '/lib/provider.so',
    suspectTimeout: 3_000,
    settings: {},
    ...overrides,
  }).split('\n')
}

test('a node listens on its own address and knows all others', () => {
  expect(configLines({})).toEqual(
    expect.arrayContaining([
      '[mariadbd]',
      'bind_address=127.80.1.2',
      'port=5000',
      'wsrep_cluster_address=gcomm://127.80.1.1:5001,127.80.1.2:5001',
      'wsrep_node_address=127.80.1.2:5001',
      'wsrep_node_incoming_address=127.80.1.2:5000',
      'wsrep_sst_receive_address=127.80.1.2:5003',
      'datadir=/run/c/node2/data',
      'tmpdir=/run/c/node2/tmp',
    ]),
  )
})

test('the suspect timeout is given in seconds, with the others in proportion', () => {
  const options = configLines({ suspectTimeout: 4_500 }).find((line) => line.startsWith('wsrep_provider_options='))
  expect(options).toContain('evs.suspect_timeout=PT4.5S;')
  expect(options).toContain('evs.inactive_timeout=PT13.5S')
  expect(options).toContain('evs.keepalive_period=PT0.5S')
})

test('settings of the caller win over defaults, but not over what makes it this node', () => {
  const lines = configLines({ settings: { max_connections: 17, port: 1 } })
  expect(lines).toContain('max_connections=17')
  expect(lines.filter((line) => line.startsWith('max_connections='))).toHaveLength(1)
  expect(lines).toContain('port=5000')
})

test('a node without an address is an error', () => {
  expect(() => configLines({ index: 2 })).toThrow(RangeError)
})

test('later groups of settings override earlier ones', () => {
  expect(formatConfig({ a: 1, b: 2 }, { b: 3 }).split('\n')).toEqual(expect.arrayContaining(['a=1', 'b=3']))
})
