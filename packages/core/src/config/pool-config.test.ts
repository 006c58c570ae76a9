import { inspect } from 'node:util'

import { describe, expect, it } from 'vitest'

import { A_CERTIFICATE } from '../testing/a-certificate.js'
import type { PoolOptions } from './options.js'
import { readHost, resolveConfig } from './pool-config.js'

const functions = {
  password: async (): Promise<string> => 'token',
  onConnect: (): void => undefined,
  selector: (): undefined => undefined,
  typeCast: (_: unknown, next: () => unknown): unknown => next(),
  plugin: (): (() => string) => () => '',
}

describe('a configuration', () => {
  it('is complete when nothing was given', () => {
    expect(resolveConfig({})).toEqual({
      hosts: [
        {
          name: 'localhost:3306',
          host: 'localhost',
          port: 3306,
          weight: 1,
          zone: undefined,
          priority: 0,
          connectionLimit: 4,
          servername: undefined,
        },
      ],
      connection: {
        socketPath: undefined,
        user: undefined,
        password: undefined,
        database: undefined,
        ssl: false,
        charset: 'utf8mb4_unicode_ci',
        connectTimeout: 10_000,
        multipleStatements: false,
        compress: false,
        enableKeepAlive: true,
        keepAliveInitialDelay: 0,
        localAddress: undefined,
        flags: [],
        connectAttributes: {},
        maxPreparedStatements: 64,
        enableCleartextPlugin: false,
        authPlugins: undefined,
        infileStreamFactory: undefined,
        disableEval: false,
        fastPath: true,
      },
      decoding: {},
      health: {
        probe: 'auto',
        interval: 2000,
        retryInterval: 500,
        timeout: 1000,
        slowStart: 10_000,
        maxReplicaLag: 30_000,
        maxReceiveQueue: 1000,
        useDonors: false,
      },
      discovery: false,
      port: 3306,
      poolName: 'hostpool',
      connectionLimit: 4,
      minIdle: 0,
      maxIdle: 4,
      idleTimeout: 60_000,
      maxLifetime: 1_800_000,
      maxConnecting: 2,
      connectTimeout: 10_000,
      waitForConnections: true,
      queueLimit: 0,
      acquireTimeout: 10_000,
      noHostTimeout: 0,
      validateAfterIdle: 500,
      validationTimeout: 1000,
      resetOnRelease: false,
      retryReads: true,
      hedgeReads: true,
      trace: false,
      leakDetectionThreshold: 0,
      endTimeout: 10_000,
      sessionVariables: {},
      selector: 'random',
      zone: undefined,
      onConnect: undefined,
    })
  })

  it('takes undefined for left out, at every depth', () => {
    const options: PoolOptions = {
      host: [{ host: 'db1', port: undefined, weight: undefined }],
      port: undefined,
      password: undefined,
      ssl: undefined,
      health: { interval: undefined },
    }
    expect(resolveConfig(options)).toEqual(resolveConfig({ host: 'db1' }))
    expect(resolveConfig(Object.assign({ charset: undefined }, { noSuchOption: undefined })).decoding).toEqual({})
  })

  it('is frozen all the way down', () => {
    const config = resolveConfig({
      host: 'a,b',
      ssl: { ca: [Buffer.from(A_CERTIFICATE)] },
      dateStrings: ['DATE'],
      flags: '-ODBC',
    })
    const loose: string[] = []
    const look = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return
      if (!Object.isFrozen(value)) loose.push(path)
      for (const [name, part] of Object.entries(value)) look(part, `${path}.${name}`)
    }
    look(config, 'config')
    expect(loose).toEqual([])
  })

  it("seed row 20: leaves the caller's object as it was, and does not follow its later changes", () => {
    const ca = Buffer.from(A_CERTIFICATE)
    const options = {
      host: [{ host: 'db1', weight: 2 }, 'db2'] as ({ host: string; weight: number } | string)[],
      user: 'app',
      connectionLimit: 7,
      ssl: { ca: [ca], rejectUnauthorized: true },
      health: { interval: 100 },
      connectAttributes: { program: 'shop' },
      dateStrings: ['DATE'] as 'DATE'[],
      flags: ['-ODBC'],
    }
    const before = structuredClone({ ...options, ssl: undefined })
    const config = resolveConfig(options)
    expect({ ...options, ssl: undefined }).toEqual(before)
    expect(Object.isFrozen(options.host)).toBe(false)
    expect(Object.isFrozen(options.ssl.ca)).toBe(false)

    const resolved = inspect(config, { depth: 9 })
    options.host[0] = 'elsewhere'
    options.host.push('db3')
    options.connectionLimit = 99
    options.ssl.rejectUnauthorized = false
    options.ssl.ca.pop()
    options.health.interval = 5
    options.connectAttributes.program = 'other'
    options.dateStrings.pop()
    options.flags.pop()
    expect(inspect(config, { depth: 9 })).toBe(resolved)
    const { ssl } = config.connection
    expect(typeof ssl === 'object' && Array.isArray(ssl.ca) && ssl.ca[0]).toBe(ca)
  })

  it('seed row 20: keeps what the driver needs apart from what the pool needs', () => {
    const { connection } = resolveConfig({
      host: 'a,b',
      connectionLimit: 9,
      maxLifetime: 5,
      database: 'shop',
      compress: true,
    })
    expect(connection).toMatchObject({ database: 'shop', compress: true })
    for (const name of ['host', 'connectionLimit', 'maxLifetime', 'selector', 'hosts']) {
      expect(connection).not.toHaveProperty(name)
    }
  })

  it('seed bug 5: a second pool from the same object gets the same options', () => {
    const options: PoolOptions = { host: 'a,b', connectionLimit: 17, maxLifetime: 1000, minIdle: 3, zone: 'z' }
    const first = resolveConfig(options)
    expect(first.connectionLimit).toBe(17)
    expect(resolveConfig(options)).toEqual(first)
    expect(resolveConfig(Object.freeze({ ...options }))).toEqual(first)
  })

  it('keeps functions and Buffers by reference', () => {
    const { password, onConnect, selector, typeCast, plugin } = functions
    const config = resolveConfig({ password, onConnect, selector, typeCast, authPlugins: { own: plugin } })
    expect(config.connection.password).toBe(password)
    expect(config.connection.authPlugins?.['own']).toBe(plugin)
    expect([config.onConnect, config.selector, config.decoding.typeCast]).toEqual([onConnect, selector, typeCast])
  })

  it('holds only the decoding that was given', () => {
    expect(resolveConfig({ supportBigNumbers: true, nestTables: '_', timezone: ' 02:00' }).decoding).toEqual({
      supportBigNumbers: true,
      nestTables: '_',
      timezone: '+02:00',
    })
    // TypeORM sends both always; mysql2 ignores the second without the first.
    expect(resolveConfig({ bigNumberStrings: true }).decoding).toEqual({ bigNumberStrings: true })
  })

  it.each([
    { given: false, ssl: false },
    { given: true, ssl: { rejectUnauthorized: true, verifyIdentity: true } },
    { given: 'Amazon RDS' as const, ssl: 'Amazon RDS' },
    { given: {}, ssl: { rejectUnauthorized: true, verifyIdentity: true } },
    { given: { ca: A_CERTIFICATE }, ssl: { ca: A_CERTIFICATE, rejectUnauthorized: true, verifyIdentity: true } },
    { given: { verifyIdentity: false }, ssl: { rejectUnauthorized: true, verifyIdentity: false } },
    { given: { rejectUnauthorized: false }, ssl: { rejectUnauthorized: false, verifyIdentity: false } },
  ])('takes ssl: $given for $ssl', ({ given, ssl }) => {
    expect(resolveConfig({ ssl: given }).connection.ssl).toEqual(ssl)
  })

  it('takes flags as text or as a list, in either case', () => {
    expect(resolveConfig({ flags: 'local_files, -FOUND_ROWS' }).connection.flags).toEqual([
      'LOCAL_FILES',
      '-FOUND_ROWS',
    ])
    expect(resolveConfig({ flags: ['LOCAL_FILES'] }).connection.flags).toEqual(['LOCAL_FILES'])
    expect(resolveConfig({ flags: '' }).connection.flags).toEqual([])
  })

  it('lowers the interval of probes in trouble with that of the others', () => {
    expect(resolveConfig({ health: { interval: 200 } }).health).toMatchObject({ interval: 200, retryInterval: 200 })
  })

  it('keeps zeros and false as they were given', () => {
    const options = {
      idleTimeout: 0,
      maxLifetime: 0,
      acquireTimeout: 0,
      validateAfterIdle: false,
      endTimeout: 0,
    } as const
    expect(resolveConfig(options)).toMatchObject(options)
    expect(resolveConfig({ health: { probe: false, slowStart: 0 } }).health).toMatchObject({
      probe: false,
      slowStart: 0,
    })
  })
})

describe('discovery', () => {
  const map = (): string => 'db1'

  it.each<[PoolOptions['discovery'], unknown]>([
    [false, false],
    ['cluster', { from: 'cluster', interval: 30_000, map: undefined }],
    ['dns', { from: 'dns', interval: 30_000, map: undefined }],
    [{}, { from: 'cluster', interval: 30_000, map: undefined }],
    [
      { interval: 500, map },
      { from: 'cluster', interval: 500, map },
    ],
  ])('given as %j is complete', (discovery, expected) => {
    expect(resolveConfig({ host: 'db1', discovery }).discovery).toEqual(expected)
  })

  it('can be given in a URL', () => {
    expect(resolveConfig('mysql://db1?discovery=dns').discovery).toMatchObject({ from: 'dns' })
    expect(resolveConfig('mysql://db1?discovery=false').discovery).toBe(false)
    expect(resolveConfig('mysql://db1?discovery.from=dns&discovery.interval=500').discovery).toMatchObject({
      from: 'dns',
      interval: 500,
    })
  })
})

describe('a host for a pool that runs', () => {
  it('may have weight 0, for there are others', () => {
    const config = resolveConfig({ host: 'db1' })
    expect(readHost({ host: 'db2', weight: 0 }, config)).toMatchObject({ name: 'db2:3306', weight: 0 })
  })
})
