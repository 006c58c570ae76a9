import { describe, expect, it } from 'vitest'

import { optionDefaults } from './option-defaults.js'
import { resolveConfig } from './pool-config.js'

function textOf(value: unknown): string {
  if (value === undefined) return 'none'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

describe('the table of defaults', () => {
  it('has a row for every option, also for those within others', () => {
    expect(Object.keys(optionDefaults)).toEqual(
      expect.arrayContaining(['host', 'connectionLimit', 'timezone', 'health.interval', 'ssl.ca', 'host[].weight']),
    )
    expect(Object.keys(optionDefaults).length).toBeGreaterThan(60)
  })

  it('says what a pool without options really does', () => {
    const config = resolveConfig({ ssl: {} })
    const ssl = config.connection.ssl
    const told: Record<string, unknown> = {
      ...config,
      ...config.connection,
      ...Object.fromEntries(Object.entries(config.health).map(([name, value]) => [`health.${name}`, value])),
      ...(typeof ssl === 'object'
        ? Object.fromEntries(Object.entries(ssl).map(([name, value]) => [`ssl.${name}`, value]))
        : {}),
      ssl: resolveConfig({}).connection.ssl,
    }
    const compared = Object.entries(optionDefaults).filter(
      ([name, text]) => Object.hasOwn(told, name) && /^(?:-?\d+|true|false|none|[a-z\d_-]+)$/.test(text),
    )
    expect(compared.length).toBeGreaterThan(35)
    for (const [name, text] of compared) expect([name, textOf(told[name])]).toEqual([name, text])
  })

  it('names in words what depends on something else', () => {
    expect(optionDefaults).toMatchObject({ maxIdle: 'connectionLimit', 'host[].port': 'port', host: 'localhost' })
  })
})
