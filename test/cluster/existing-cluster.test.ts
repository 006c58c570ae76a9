import { expect, test } from 'vitest'
import { formatServerUrl, parseServerUrl } from './existing-cluster.js'

test.each([
  ['mysql://app:pw@a,b,c:3307/shop', { hosts: 'a:3307,b:3307,c:3307', user: 'app', password: 'pw', database: 'shop' }],
  ['mysql://app:pw@a:1,b:2/shop', { hosts: 'a:1,b:2', user: 'app', password: 'pw', database: 'shop' }],
  ['mysql://app@a/shop', { hosts: 'a', user: 'app', password: '', database: 'shop' }],
  ['mysql://a%40b:p%2Fw@[::1]:3306/x', { hosts: '[::1]:3306', user: 'a@b', password: 'p/w', database: 'x' }],
])('%s is read', (url, expected) => {
  expect(parseServerUrl(url, 'URL')).toEqual(expected)
})

test.each([
  '',
  'a,b',
  'http://app:pw@a/shop',
  'mysql://app:pw@a',
  'mysql://:pw@a/shop',
  'mysql://app:s3cret@a,,b/shop',
  'mysql://app:s3%cret@a/shop',
])('"%s" is refused, naming the variable and never the password', (url) => {
  expect(() => parseServerUrl(url, 'SOME_URL')).toThrow(/^SOME_URL must look like/)
  expect(() => parseServerUrl(url, 'SOME_URL')).not.toThrow(/s3/)
})

test('what is written is read back', () => {
  const access = { hosts: 'a:1,b:2', user: 'a:b', password: '@/?#%', database: 'x y' }
  expect(parseServerUrl(formatServerUrl(access), 'URL')).toEqual(access)
})
