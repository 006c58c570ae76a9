import { expect, test } from 'vitest'
import { hostsOf, split } from './host-access.js'

const access = { hosts: 'db1:3307,db2:3308,db3:3309', user: 'app', password: 'secret', database: 'shop' }

test('every host is reached by its own port and the same account', () => {
  expect(hostsOf(access)[1]).toEqual({ host: 'db2', port: 3308, user: 'app', password: 'secret', database: 'shop' })
})

test('connections are split over hosts so that the sum stays the same', () => {
  expect(split(access, 10).map(({ connectionLimit }) => connectionLimit)).toEqual([4, 3, 3])
  expect(split(access, 2).map(({ connectionLimit }) => connectionLimit)).toEqual([1, 1, 0])
})
