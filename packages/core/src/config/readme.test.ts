import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { optionDefaults } from './option-defaults.js'

const readme = readFileSync(new URL('../../../../README.md', import.meta.url), 'utf8')
const rows = [...readme.matchAll(/^\| `([\w.]+)` +\| (?:`([^`]*)`|none) +\|/gm)]

describe('the README', () => {
  it('has a table of options', () => {
    expect(rows.length).toBeGreaterThan(30)
  })

  it.each(rows.map(([, name, value]) => [name ?? '', value ?? 'none']))(
    'gives the default of %s: %s',
    (name, value) => {
      expect(optionDefaults[name]).toBe(value)
    },
  )

  it.each(Object.keys(optionDefaults).filter((name) => !/^(?:host\[\]|ssl)\.|^health$/.test(name)))(
    'names %s',
    (name) => {
      expect(readme).toContain(`\`${name}\``)
    },
  )
})
