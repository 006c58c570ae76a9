import { expect, test } from 'vitest'
import { fillsRole, parseFollowing } from './replication-status.js'

const SOURCE = '127.64.0.1:13306'
const mariaDb = {
  Master_Host: '127.64.0.1',
  Master_Port: 13_306,
  Slave_IO_Running: 'Yes',
  Slave_SQL_Running: 'Yes',
  Seconds_Behind_Master: 0,
}
const mySql = {
  Source_Host: '127.64.0.1',
  Source_Port: 13_306,
  Replica_IO_Running: 'Yes',
  Replica_SQL_Running: 'Yes',
  Seconds_Behind_Source: 0,
}

test.each([
  ['MariaDB', mariaDb],
  ['MySQL', mySql],
])('a replica is read in the words of %s', (_, row) => {
  expect(parseFollowing(row)).toEqual({ source: SOURCE, receives: true, applies: true, lag: 0 })
})

test('a lag that the server does not know is unknown', () => {
  expect(parseFollowing({ ...mySql, Seconds_Behind_Source: null })?.lag).toBeUndefined()
})

test.each([
  [{}, true],
  [{ Slave_IO_Running: 'Connecting' }, false],
  [{ Slave_SQL_Running: 'No', Seconds_Behind_Master: null }, false],
  [{ Seconds_Behind_Master: 1 }, true],
  [{ Seconds_Behind_Master: 2 }, false],
  [{ Master_Host: '127.64.0.2' }, false],
])('a replica that differs from a healthy one by %j fills its role: %s', (difference, fills) => {
  const following = parseFollowing({ ...mariaDb, ...difference })
  expect(fillsRole({ readOnly: true, following }, SOURCE)).toBe(fills)
})

test('a source takes writes and follows no server; a replica takes none', () => {
  const following = parseFollowing(mariaDb)
  expect(fillsRole({ readOnly: false, following: parseFollowing(undefined) }, undefined)).toBe(true)
  expect(fillsRole({ readOnly: true, following: undefined }, undefined)).toBe(false)
  expect(fillsRole({ readOnly: false, following }, undefined)).toBe(false)
  expect(fillsRole({ readOnly: false, following }, SOURCE)).toBe(false)
  expect(fillsRole({ readOnly: true, following: undefined }, SOURCE)).toBe(false)
})
