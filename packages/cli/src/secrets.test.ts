import { describe, expect, it } from 'vitest'

import { Secrets, shownArgument } from './secrets.js'

describe('secrets', () => {
  it.each([
    ['mysql://app:hunter22@db1/shop', 'hunter22'],
    ['mysql://app:p%40ss%2Fword@db1/shop', 'p@ss/word'],
    ['mysql://app:p%40ss%2Fword@db1/shop', 'p%40ss%2Fword'],
    // Not as it should be written, and still the password.
    ['mysql://app:p@ss:wo@db1/shop', 'p@ss:wo'],
    ['mysql://app@db1/shop?password=hunter22', 'hunter22'],
    ['mysql://app@db1/shop?ssl.passphrase=hunter22&ssl=true', 'hunter22'],
    [{ host: 'db1', password: 'hunter22' }, 'hunter22'],
    [{ host: 'db1', ssl: { passphrase: 'hunter22' } }, 'hunter22'],
  ])('of %j are masked', (given, secret) => {
    expect(Secrets.of(given).mask(`it said ${secret}.`)).toBe('it said ***.')
  })

  it('that are short, or none, leave a text as it is', () => {
    expect(Secrets.of('mysql://app:a@db1/shop').mask('a table')).toBe('a table')
    expect(Secrets.of('mysql://app@db1/shop').mask('a table')).toBe('a table')
  })

  it('in an argument are left out with all that stands before the hosts', () => {
    expect(shownArgument('mysql://app:hunter22@db1/shop')).toBe('***@db1/shop')
  })
})
