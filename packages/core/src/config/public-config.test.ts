import { describe, expect, it } from 'vitest'

import { resolveConfig } from './pool-config.js'
import { withoutSecrets } from './public-config.js'

describe('the configuration that a pool shows', () => {
  const config = resolveConfig({
    host: 'db1,db2',
    user: 'app',
    password: 'hunter2',
    database: 'shop',
    ssl: { passphrase: 'sesame', rejectUnauthorized: true },
    onConnect: () => undefined,
  })
  const shown = withoutSecrets(config)

  it('says what identifies a connection', () => {
    expect(shown.connection).toMatchObject({ user: 'app', database: 'shop', ssl: true })
    expect(shown.hosts.map(({ name }) => name)).toEqual(['db1:3306', 'db2:3306'])
  })

  it('holds no password, no TLS material and no hook, and cannot be changed', () => {
    expect(JSON.stringify(shown)).not.toMatch(/hunter2|sesame/)
    expect(shown.connection).not.toHaveProperty('password')
    expect(shown).not.toHaveProperty('onConnect')
    expect([Object.isFrozen(shown), Object.isFrozen(shown.connection)]).toEqual([true, true])
  })
})
