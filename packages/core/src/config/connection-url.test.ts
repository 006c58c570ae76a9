import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { isHostpoolError } from '../errors/hostpool-error.js'
import type { PoolOptions } from './options.js'
import { resolveConfig } from './pool-config.js'

function problemsOf(url: string): string[] {
  try {
    resolveConfig(url)
  } catch (error) {
    if (!isHostpoolError(error)) throw error
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim())
  }
  return []
}

function exactly(text: string): RegExp {
  return new RegExp(`^${text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)}$`)
}

describe('a URL', () => {
  it.each<[string, PoolOptions]>([
    ['mysql://db1', { host: 'db1' }],
    ['MariaDB://db1/', { host: 'db1' }],
    ['mysql://', {}],
    ['mysql://app@db1', { host: 'db1', user: 'app' }],
    ['mysql://app:@db1', { host: 'db1', user: 'app', password: '' }],
    ['mysql://app:a:b@db1', { host: 'db1', user: 'app', password: 'a:b' }],
    ['mysql://app:a@b@db1', { host: 'db1', user: 'app', password: 'a@b' }],
    ['mysql://app:a+b@db1', { host: 'db1', user: 'app', password: 'a+b' }],
    [
      'mysql://user:p%40ss@db1,db2:3307,[fd00::3]/shop?connectionLimit=20&ssl=true&health.probe=galera',
      {
        host: ['db1', 'db2:3307', '[fd00::3]'],
        user: 'user',
        password: 'p@ss',
        database: 'shop',
        connectionLimit: 20,
        ssl: true,
        health: { probe: 'galera' },
      },
    ],
    ['mysql://[fe80::1%25eth0]:1', { host: '[fe80::1%eth0]:1' }],
    ['mysql://db1/a%2Fb', { host: 'db1', database: 'a/b' }],
    ['mysql://db1?port=3307&user=app&password=a%26b', { host: 'db1', port: 3307, user: 'app', password: 'a&b' }],
    ['mysql://app@/shop?host=db1,db2', { host: 'db1,db2', user: 'app', database: 'shop' }],
    ['mysql:///shop?socketPath=/run/mysqld.sock', { database: 'shop', socketPath: '/run/mysqld.sock' }],
    ['mysql://a?ssl=Amazon+RDS', { host: 'a', ssl: 'Amazon RDS' }],
    ['mysql://a?ssl=true&ssl.verifyIdentity=false', { host: 'a', ssl: { verifyIdentity: false } }],
    ['mysql://a?ssl.verifyIdentity=false&ssl=true', { host: 'a', ssl: { verifyIdentity: false } }],
    ['mysql://a?health.probe=false', { host: 'a', health: { probe: false } }],
    ['mysql://a?validateAfterIdle=false', { host: 'a', validateAfterIdle: false }],
    ['mysql://a?validateAfterIdle=0', { host: 'a', validateAfterIdle: 0 }],
    ['mysql://a?timezone=+02:00', { host: 'a', timezone: '+02:00' }],
    ['mysql://a?timezone=%2B02:00', { host: 'a', timezone: '+02:00' }],
    ['mysql://a?dateStrings=true', { host: 'a', dateStrings: true }],
    ['mysql://a?dateStrings=DATE,DATETIME', { host: 'a', dateStrings: ['DATE', 'DATETIME'] }],
    ['mysql://a?nestTables=true', { host: 'a', nestTables: true }],
    ['mysql://a?nestTables=_', { host: 'a', nestTables: '_' }],
    ['mysql://a?flags=LOCAL_FILES,-ODBC', { host: 'a', flags: ['LOCAL_FILES', '-ODBC'] }],
    ['mysql://a?connectAttributes.program.name=shop', { host: 'a', connectAttributes: { 'program.name': 'shop' } }],
    ['mysql://a?zone=true&poolName=7', { host: 'a', zone: 'true', poolName: '7' }],
    ['mysql://a?&&', { host: 'a' }],
  ])('%s means the same as %j', (url, options) => {
    expect(resolveConfig(url)).toEqual(resolveConfig(options))
  })

  it.each([
    [
      'db1,db2',
      "the URL has no scheme; expected mysql://user:password@db1,db2/database, or an object { host: 'db1,db2' }",
    ],
    ['', /^the URL has no scheme/],
    ['postgres://db1', 'the URL starts with "postgres"; expected mysql or mariadb'],
    ['mysql://db1#x', 'the URL ends in a #fragment; leave it out, or write # as %23'],
    ['mysql://db1/a/b', 'database: has more than one part; write a / as %2F'],
    ['mysql://db1,,db2', 'host[1]: is empty; expected a name or an address'],
    ['mysql://db1:x', 'host[0]: got a text as the port of "db1"; expected a whole number from 1 to 65535'],
    ['mysql://a%zz,b', /^host\[0\]: is not percent-encoded as it should be; write a % that stands for itself as %25$/],
    ['mysql://app:100%@db1', /^password: is not percent-encoded/],
    ['mysql://%zz@db1', /^user: is not percent-encoded/],
    ['mysql://db1/%f', /^database: is not percent-encoded/],
    ['mysql://db1?charset=%f', /^charset: is not percent-encoded/],
    ['mysql://db1?conectTimeout=5', 'conectTimeout: unknown option; did you mean connectTimeout?'],
    ['mysql://db1?health.inteval=5', 'health.inteval: unknown option; did you mean interval?'],
    ['mysql://db1?connectionLimit=ten', 'connectionLimit: got "ten"; expected a whole number, 1 or more'],
    ['mysql://db1?connectionLimit=', 'connectionLimit: got ""; expected a whole number, 1 or more'],
    ['mysql://db1?connectionLimit', 'connectionLimit: got ""; expected a whole number, 1 or more'],
    ['mysql://db1?connectionLimit=1e3', 'connectionLimit: got "1e3"; expected a whole number, 1 or more'],
    ['mysql://db1?compress=1', 'compress: got "1"; expected true or false'],
    ['mysql://db1?host=db2', 'host: is given twice; keep one of them'],
    ['mysql://app@db1?user=app', 'user: is given twice; keep one of them'],
    ['mysql://db1?port=1&port=2', 'port: is given twice; keep one of them'],
    ['mysql://db1?ssl=false&ssl.ca=x', 'ssl.ca: is given in whole as well; keep one of them'],
    ['mysql://db1?health=x', 'health: got "x"; expected an object { probe, interval, … }'],
    ['mysql://db1?onConnect=f', 'onConnect: is a function, which a URL cannot hold; give createPool an object'],
    ['mysql://db1?authPlugins.a=f', 'authPlugins.a: is a function, which a URL cannot hold; give createPool an object'],
    ['mysql://db1?__proto__.polluted=1', '__proto__: unknown option'],
    ['mysql://db1?health.__proto__=1', 'health.__proto__: unknown option'],
    ['mysql://a:b@a?minIdle=9', /^minIdle: 9 is more than connectionLimit/],
  ])('%s is refused', (url, problem) => {
    const problems = problemsOf(url)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(typeof problem === 'string' ? exactly(problem) : problem)
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })

  it('reports its own problems with those of the options it holds', () => {
    expect(problemsOf('mysql://a,%zz,a?connectionLimit=x&frob=1&typeCast=f').map((line) => line.split(':')[0])).toEqual(
      ['host[1]', 'host[2]', 'connectionLimit', 'typeCast', 'frob'],
    )
  })

  it('is split the same way whatever its parts hold, once they are percent-encoded', () => {
    const text = fc.string({
      unit: fc.oneof(fc.constantFrom(...'@:/?#&=%+,. '.split('')), fc.string({ minLength: 1, maxLength: 1 })),
    })
    fc.assert(
      fc.property(
        text.filter((user) => user !== ''),
        text,
        text.filter((name) => name !== ''),
        (user, password, database) => {
          const [u, p, d] = [user, password, database].map(encodeURIComponent)
          const expected = { user, password, database }
          expect(resolveConfig(`mysql://${u}:${p}@a,b:1/${d}`).connection).toMatchObject(expected)
          expect(resolveConfig(`mysql://a?user=${u}&password=${p}&database=${d}`).connection).toMatchObject(expected)
        },
      ),
    )
  })

  it('shows nothing of a password that was not percent-encoded', () => {
    const passwords = fc.string({
      unit: fc.constantFrom('/', '?', '#', '@', ':', ',', '%', '&', '=', '.', '[', ']', '7'),
    })
    fc.assert(
      fc.property(passwords, passwords, (before, after) => {
        const url = `mysql://app:${before}hunter2${after}@db1/shop?connectionLimit=x`
        expect(problemsOf(url).length).toBeGreaterThan(0)
        expect(problemsOf(url).join('\n')).not.toContain('hunter2')
      }),
      { numRuns: 1000 },
    )
  })

  it('that is any text gives a configuration or an error of the configuration', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'a1:,[]%.&=?/@#+'.split('')) }), (rest) => {
        expect(Array.isArray(problemsOf(`mysql://${rest}`))).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })
})
