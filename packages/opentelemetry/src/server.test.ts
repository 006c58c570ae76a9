import { describe, expect, it } from 'vitest'

import { operationName } from './operation-name.js'
import { serverAttributes, systemName } from './server.js'

describe('the address of a host', () => {
  it.each([
    ['db1:3306', 'db1', 3306],
    ['10.0.0.7:3307', '10.0.0.7', 3307],
    ['[fd00::3]:3306', 'fd00::3', 3306],
    ['/run/mysqld/mysqld.sock', '/run/mysqld/mysqld.sock', undefined],
    ['/run/odd:3306', '/run/odd:3306', undefined],
  ])('%s is %s and port %s', (host, address, port) => {
    expect(serverAttributes(host)).toEqual({
      'server.address': address,
      ...(port !== undefined && { 'server.port': port }),
    })
  })
})

describe('the product of a server', () => {
  it.each([
    ['10.11.6-MariaDB-log', 'mariadb'],
    ['5.5.5-10.6.12-MariaDB', 'mariadb'],
    ['8.4.3', 'mysql'],
    ['8.0.36-28.1 Percona XtraDB Cluster', 'mysql'],
  ])('%s is %s', (version, product) => {
    expect(systemName(version)).toBe(product)
  })
})

describe('the name of an operation', () => {
  it('is one of the words that statements begin with, so that there are not many', () => {
    expect(['select', 'replace', 'start', '', 'seelct', 'constructor'].map(operationName)).toEqual([
      'SELECT',
      'REPLACE',
      'START',
      undefined,
      undefined,
      undefined,
    ])
  })
})
