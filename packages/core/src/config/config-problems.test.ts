import { generateKeyPairSync } from 'node:crypto'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { HostpoolError } from '../errors/hostpool-error.js'
import { optionDefaults } from './option-defaults.js'
import type { PoolOptions } from './options.js'
import { resolveConfig } from './pool-config.js'

const CUT_OFF = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'
const PRIVATE_KEY = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey.export({
  format: 'pem',
  type: 'pkcs8',
})

/** What plain JavaScript may hand over, which the types would refuse. */
function resolveAny(input: unknown): ReturnType<typeof resolveConfig> {
  // wrong input is what is tested
  return resolveConfig(input as PoolOptions)
}

/** The lines of the error that a configuration gives; none where it gives no error. */
function problemsOf(input: unknown): string[] {
  try {
    resolveAny(input)
  } catch (error) {
    if (!(error instanceof HostpoolError) || error.code !== 'ERR_HOSTPOOL_CONFIG') throw error
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

describe('an option under the name that it has elsewhere', () => {
  it.each([
    ['pool_timeout', 'acquireTimeout'],
    ['poolTimeout', 'acquireTimeout'],
    ['connectionTimeoutMillis', 'acquireTimeout'],
    ['maximumPoolSize', 'connectionLimit'],
    ['connection_limit', 'connectionLimit'],
    ['pool_size', 'connectionLimit'],
    ['minimumIdle', 'minIdle'],
    ['idle-timeout', 'idleTimeout'],
    ['socket_timeout', 'query({ sql, timeout })'],
    ['sslmode', 'ssl'],
    ['ssl-mode', 'ssl'],
    ['sslaccept', 'ssl'],
    ['unix_socket', 'socketPath'],
  ])('%s: the message names %s', (given, meant) => {
    for (const problems of [problemsOf({ [given]: 'hunter2' }), problemsOf(`mysql://u:p@db1/x?${given}=hunter2`)]) {
      expect(problems).toHaveLength(1)
      expect(problems[0]).toMatch(new RegExp(String.raw`^[\w-]+: .*\b${meant.replaceAll(/[(){}]/g, String.raw`\$&`)}`))
      expect(problems[0]).not.toContain('hunter2')
    }
  })
})

describe('a port as digits in a string', () => {
  it('is taken wherever a port is', () => {
    const { hosts } = resolveAny({ host: ['a', { host: 'b', port: '3310' }, 'c:3311'], port: '3309' })
    expect(hosts.map(({ name }) => name)).toEqual(['a:3309', 'b:3310', 'c:3311'])
  })

  it.each(['', 'abc', '-1', '3306x', '70000', ' 3306'])('is refused when it is no port: %j', (port) => {
    const told = /port: got .*; expected a whole number from 1 to 65535/
    expect(problemsOf({ port })).toEqual([expect.stringMatching(told)])
    expect(problemsOf({ host: [{ host: 'a', port }] }).join()).toMatch(told)
  })
})

describe('one wrong option', () => {
  it.each([
    [{ connectionLimit: 0 }, 'connectionLimit: got 0; expected a whole number, 1 or more'],
    [
      { connectionLimit: '10' },
      'connectionLimit: got "10"; expected a whole number, 1 or more; convert it with Number(…)',
    ],
    [{ connectionLimit: Number.NaN }, 'connectionLimit: got NaN; expected a whole number, 1 or more'],
    [{ connectionLimit: Infinity }, 'connectionLimit: got Infinity; expected a whole number, 1 or more'],
    [{ connectionLimit: 2.5 }, 'connectionLimit: got 2.5; expected a whole number, 1 or more'],
    [{ connectionLimit: 4n }, 'connectionLimit: got a bigint; expected a whole number, 1 or more'],
    [{ port: 65_536 }, 'port: got 65536; expected a whole number from 1 to 65535'],
    [{ connectTimeout: 0 }, 'connectTimeout: got 0; expected whole milliseconds from 1 to 2147483647'],
    [{ idleTimeout: 2 ** 31 }, 'idleTimeout: got 2147483648; expected whole milliseconds from 0 to 2147483647'],
    [
      { validateAfterIdle: true },
      'validateAfterIdle: got true; expected whole milliseconds from 0 to 2147483647, or false',
    ],
    [{ resetOnRelease: 'yes' }, 'resetOnRelease: got "yes"; expected true or false'],
    [{ database: null }, 'database: got null; expected a string; leave the option out where there is nothing to say'],
    [{ password: 1234 }, 'password: got a number (not shown); expected a string, or a function that answers one'],
    [{ onConnect: {} }, 'onConnect: got an object; expected a function'],
    [{ selector: 'fastest' }, /^selector: got "fastest"; expected 'random', .* or a function$/],
    [{ ssl: 'Amazon' }, `ssl: got "Amazon"; expected true, false, an object { ca, … } or the profile 'Amazon RDS'`],
    [{ ssl: { minVersion: 'TLS1.2' } }, /^ssl\.minVersion: got "TLS1\.2"; expected 'TLSv1', .* or 'TLSv1\.3'$/],
    [
      { ssl: { ca: 5 } },
      'ssl.ca: got a number (not shown); expected PEM text, as a string, a Buffer or an array of them',
    ],
    [{ health: { probe: true } }, /^health\.probe: got true; expected 'auto', .* or false$/],
    [
      { health: { probe: 'replica' } },
      `health.probe: got "replica"; expected 'auto', 'galera', 'group-replication', 'replication', 'plain' or false`,
    ],
    [
      { health: { maxReplicaLag: -1 } },
      'health.maxReplicaLag: got -1; expected whole milliseconds from 0 to 2147483647',
    ],
    [{ health: [] }, 'health: got an empty array; expected an object { probe, interval, … }'],
    [{ health: { interval: 0 } }, 'health.interval: got 0; expected whole milliseconds from 1 to 2147483647'],
    [{ timezone: 'Europe/Paris' }, `timezone: got "Europe/Paris"; expected 'local', 'Z' or '±HH:MM', as in '+02:00'`],
    [{ timezone: '+25:00' }, /^timezone: got "\+25:00"; expected/],
    [{ dateStrings: ['TIME'] }, `dateStrings[0]: got "TIME"; expected 'TIMESTAMP', 'DATETIME' or 'DATE'`],
    [{ localAddress: 'eth0' }, 'localAddress: got "eth0"; expected an IP address of this machine'],
    [{ flags: ['LOCAL_FILE'] }, 'flags[0]: got "LOCAL_FILE", which is no client capability; did you mean LOCAL_FILES?'],
    [{ flags: '-SSL' }, 'flags: SSL follows from the option ssl; use that'],
    [{ connectAttributes: { a: 1 } }, 'connectAttributes.a: got a number (not shown); expected a string'],
    [{ poolName: ' ' }, 'poolName: got " "; expected a string that is not empty'],
    [{ conectTimeout: 5 }, 'conectTimeout: unknown option; did you mean connectTimeout?'],
    [{ connectionlimit: 5 }, 'connectionlimit: unknown option; did you mean connectionLimit?'],
    [{ hosts: 'a' }, 'hosts: unknown option; did you mean host?'],
    [{ frobnicate: 5 }, 'frobnicate: unknown option'],
    [{ discovery: true }, "discovery: got true; expected false, 'cluster', 'dns' or an object { from, interval, … }"],
    [{ discovery: { from: 'consul' } }, `discovery.from: got "consul"; expected 'cluster' or 'dns'`],
    [{ discovery: { interval: 5 } }, 'discovery.interval: got 5; expected whole milliseconds from 100 to 2147483647'],
    [{ discovery: { map: 'x' } }, 'discovery.map: got "x"; expected a function'],
    [{ health: { maxReceiveQueue: -1 } }, 'health.maxReceiveQueue: got -1; expected a whole number, 0 or more'],
    [{ discovery: { intreval: 500 } }, 'discovery.intreval: unknown option; did you mean interval?'],
    [{ health: { inteval: 5 } }, 'health.inteval: unknown option; did you mean interval?'],
    [{ ssl: { rejectUnauthorised: true } }, 'ssl.rejectUnauthorised: unknown option; did you mean rejectUnauthorized?'],
    [{ host: [{ host: 'a', wieght: 1 }] }, 'host[0].wieght: unknown option; did you mean weight?'],
    [{ uri: 'mysql://a' }, 'uri: not an option here; give the URL to createPool in place of the object'],
    [{ poolSize: 5 }, 'poolSize: not an option here; use connectionLimit'],
    [{ passwordSha1: 'x' }, 'passwordSha1: not supported; use password, as a string or a function'],
  ])('%o', (options, message) => {
    const problems = problemsOf(options)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(typeof message === 'string' ? exactly(message) : message)
  })

  it.each([undefined, null, 5, [], () => ({})])('%s in place of the options', (input) => {
    expect(problemsOf(input)[0]).toMatch(/^got .* in place of the options; expected an object/)
  })

  it('survives values that lead round in circles', () => {
    const round: Record<string, unknown> = {}
    round['self'] = round
    expect(problemsOf({ stream: round, selector: round })).toHaveLength(2)
  })

  it('an own key named __proto__ is unknown like any other', () => {
    expect(problemsOf(JSON.parse('{"__proto__":{"connectionLimit":9}}'))).toEqual(['__proto__: unknown option'])
  })
})

describe('options that contradict each other', () => {
  it.each([
    [{ socketPath: '/s', host: 'a' }, /^socketPath: is given together with host/],
    [{ minIdle: 5 }, /^minIdle: 5 is more than connectionLimit \(4\)/],
    [{ maxIdle: 10 }, /^maxIdle: 10 is more than connectionLimit \(4\)/],
    [{ minIdle: 3, maxIdle: 2 }, /^minIdle: 3 is more than maxIdle \(2\)/],
    [{ minIdle: 3, host: [{ host: 'a', connectionLimit: 2 }] }, /^minIdle: 3 is more than the hosts' own .* \(2\)/],
    [{ noHostTimeout: 20_000 }, /^noHostTimeout: 20000 is more than acquireTimeout \(10000\)/],
    [{ queueLimit: 5, waitForConnections: false }, /^queueLimit: 5 has no meaning with waitForConnections: false/],
    [{ discovery: 'cluster', socketPath: '/s' }, /^discovery: has no meaning with socketPath/],
    [{ discovery: 'dns', host: '10.0.0.1,[fd00::3]' }, /^discovery: from 'dns' needs a name to look up/],
    [{ discovery: { from: 'dns' }, host: '10.0.0.1' }, /^discovery: from 'dns' needs a name to look up/],
    [{ health: { retryInterval: 3000 } }, /^health.retryInterval: 3000 is more than health.interval \(2000\)/],
    [{ ssl: { rejectUnauthorized: false, verifyIdentity: true } }, /^ssl.verifyIdentity: true has no meaning/],
    [{ ssl: { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.2' } }, /^ssl.minVersion: 'TLSv1.3' is above ssl.maxVersion/],
    [
      { ssl: { ca: '/etc/ssl/database-ca.pem' } },
      /^ssl\.ca: holds no certificate in PEM form \("-----BEGIN CERTIFICATE-----"\); give what is in the file, not its path, as in ca: readFileSync\('ca\.pem'\)$/,
    ],
    [{ ssl: { ca: '' } }, /^ssl\.ca: holds no certificate in PEM form/],
    [{ ssl: { ca: [Buffer.from([48, 130, 1])] } }, /^ssl\.ca: holds no certificate in PEM form/],
    [{ ssl: { ca: PRIVATE_KEY } }, /^ssl\.ca: holds no certificate in PEM form/],
    [
      { ssl: { ca: CUT_OFF } },
      /^ssl\.ca: holds a certificate that OpenSSL cannot read; check that the file is complete$/,
    ],
    [{ ssl: { cert: CUT_OFF, key: '/run/hunter2' } }, /^ssl\.key: holds no private key in PEM form(?!.*hunter2)/],
    [{ ssl: { cert: 'hunter2', key: PRIVATE_KEY } }, /^ssl\.cert: holds no certificate in PEM form(?!.*hunter2)/],
    [{ ssl: { cert: CUT_OFF, key: PRIVATE_KEY } }, /^ssl: OpenSSL refuses these settings \((?!.*hunter2).*\)/],
    [{ ssl: { ciphers: 'none-such' } }, /^ssl: OpenSSL refuses these settings \(.*no cipher match\)/],
    [
      { infileStreamFactory: () => undefined },
      /^infileStreamFactory: is never called while the capability LOCAL_FILES/,
    ],
  ])('%o', (options, message) => {
    expect(problemsOf(options)).toEqual([expect.stringMatching(message)])
  })

  it.each([
    { minIdle: 4, maxIdle: 4 },
    { noHostTimeout: 20_000, acquireTimeout: 0 },
    { waitForConnections: false, queueLimit: 0, acquireTimeout: 500 },
    { socketPath: '/s', port: 3306 },
    { infileStreamFactory: () => undefined, flags: ['LOCAL_FILES'] },
    { ssl: { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' } },
  ])('but not %o', (options) => {
    expect(problemsOf(options)).toEqual([])
  })
})

describe('a wrong value for any option', () => {
  class Mine {
    changed = false
  }
  const [top, nested] = [
    Object.keys(optionDefaults).filter((name) => !name.includes('.')),
    Object.keys(optionDefaults).filter((name) => name.includes('.')),
  ]
  const inPlace = (path: string, value: unknown): unknown => {
    const [option = '', part = ''] = path.split('.')
    return option === 'host[]' ? { host: [{ host: 'db1', [part]: value }] } : { [option]: { [part]: value } }
  }
  const places = [
    ...top.map((name) => [name, (value: unknown): unknown => ({ [name]: value })] as const),
    ...nested.map((path) => [path, (value: unknown): unknown => inPlace(path, value)] as const),
  ]

  it.each(places)('is refused in words, and is never changed: %s', (_name, place) => {
    const values = [
      new Mine(),
      [new Mine()],
      new Map(),
      new Date(0),
      new Uint8Array(2),
      Buffer.from('b'),
      [Buffer.from('b')],
    ]
    for (const value of values) {
      // Throws where it is no error of the configuration.
      problemsOf(place(value))
      expect(Object.isFrozen(value)).toBe(false)
    }
  })
})

describe('all problems', () => {
  it('are counted in the first line of one error, and each has a line', () => {
    expect(() => resolveAny({ minIdle: -1 })).toThrow(
      new HostpoolError(
        'ERR_HOSTPOOL_CONFIG',
        "The pool's configuration has 1 problem:\n  minIdle: got -1; expected a whole number, 0 or more",
      ),
    )
    expect(() => resolveAny({ minIdle: -1, maxIdle: -1 })).toThrow(
      /^The pool's configuration has 2 problems:\n {2}.*\n {2}.*$/,
    )
  })

  it('are reported together, those of an option next to each other and in the order of the list', () => {
    const problems = problemsOf({
      host: ['a', { host: 'b', weight: -1 }, 'c:0', '', 'A', { host: 'd/e', prot: 1 }],
      minIdle: 9,
      maxIdle: 'x',
      pasword: 'hunter2',
      ssl: { key: 1, rejectUnauthorized: false, verifyIdentity: true },
    })
    expect(problems.map((problem) => problem.slice(0, problem.indexOf(':')))).toEqual([
      'host[1].weight',
      'host[2]',
      'host[3]',
      'host[4]',
      'host[5].prot',
      'host[5].host',
      'ssl.key',
      'maxIdle',
      'pasword',
      'minIdle',
    ])
  })

  it('never show a secret, whatever option it was given to', () => {
    const names = [
      'user',
      'host',
      'port',
      'socketPath',
      'ssl',
      'flags',
      'selector',
      'timezone',
      'zone',
      'health',
      'frob',
    ]
    const secret = 'hunter2-SECRET'
    const places: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
      fc.constantFrom('password1', 'pasword', 'passphrase', 'key', 'apiKey').map((name) => ({ [name]: secret })),
      fc.constantFrom('ca', 'key', 'cert', 'passphrase').map((name) => ({ ssl: { [name]: [{ [secret]: secret }] } })),
      fc.constant({ password: [secret] }),
      fc.constant({ password: { secret } }),
      fc.constant({ connectAttributes: [secret] }),
      fc.constant({ authPlugins: { mysql_clear_password: secret } }),
      fc.constant({ authPlugins: secret }),
      fc.constant({ connectAttributes: { token: [secret] } }),
      fc.constantFrom(...names).map((name) => ({ [name]: `mysql://app:${secret}@db1:3306/shop` })),
      fc.constantFrom(...names).map((name) => ({ [name]: `-----BEGIN PRIVATE KEY-----\n${secret}` })),
      fc.constantFrom(`app:${secret}@db1`, `app:${secret}`, `x,app:${secret}@db1`).map((host) => ({ host })),
      fc.constant({ host: [{ host: `app:${secret}@db1` }] }),
    )
    fc.assert(
      fc.property(places, (options) => {
        // A wrong option as well, so that there is an error even where the place takes any string.
        const problems = problemsOf({ ...options, minIdle: -1 })
        expect(problems.length).toBeGreaterThan(0)
        expect(problems.join('\n')).not.toContain('hunter2')
      }),
      { numRuns: 300 },
    )
  })

  it('are told in words of this pool for any value of any option, each on one line', () => {
    const names = Object.keys(resolveConfig({}).connection).concat(
      'health',
      'selector',
      'dateStrings',
      'typeCast',
      'host',
    )
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.anything({ withDate: true, withBigInt: true }), (name, value) => {
        for (const problem of problemsOf({ [name]: value })) {
          expect(problem.startsWith(name)).toBe(true)
          expect(problem).not.toMatch(/Invalid input|Unrecognized/)
        }
      }),
      { numRuns: 500 },
    )
  })
})
