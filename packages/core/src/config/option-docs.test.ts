import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { selectorNames } from '../selectors/registry.js'
import { optionDefaults } from './option-defaults.js'
import { probeNames } from './probe-names.js'
import { optionDocs, withMainOptions, withOptionSections } from './option-docs.js'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')
const readme = read('../../../../README.md')
const docs = optionDocs(read)

describe('the README', () => {
  it('has its options as they are now; `npm run docs` writes them', () => {
    expect(readme).toBe(withMainOptions(readme, docs))
  })

  it('is not written where it has no place for them', () => {
    expect(() => withMainOptions('# A README', docs)).toThrow('README.md has no lines <!-- options')
  })

  it('is not written where an option of it is gone', () => {
    const others = docs.filter(({ name }) => name !== 'selector')
    expect(() => withMainOptions(readme, others)).toThrow('the option selector, which is gone')
  })
})

describe('the page of options', () => {
  const page = read('../../../../docs/options.md')

  it('has every option as it is now; `npm run docs` writes them', () => {
    expect(page).toBe(withOptionSections(page, docs))
  })

  it.each(Object.keys(optionDefaults).filter((name) => name !== 'health'))('has a section of %s', (name) => {
    expect(page.split('\n').filter((line) => line === `### ${name}`)).toHaveLength(1)
  })

  it.each(Object.keys(optionDefaults).filter((name) => name !== 'health'))('names %s among all options', (name) => {
    expect(page.slice(0, page.indexOf('\n## The pool\n'))).toContain(`[\`${name}\`](#`)
  })

  it('is not written where it has no place for them', () => {
    expect(() => withOptionSections('# Options', docs)).toThrow('docs/options.md has no lines <!-- options')
  })
})

describe('the doc comment of an option', () => {
  it.each(selectorNames)('names the selector %s', (name) => {
    expect(docs.find((doc) => doc.name === 'selector')?.comment).toContain(`\`${name}\``)
  })

  it.each(probeNames)('names the probe %s', (name) => {
    expect(docs.find((doc) => doc.name === 'health.probe')?.comment).toContain(`\`${name}\``)
  })

  it.each(docs.map(({ name, comment }) => [name, comment]))('is there, and says what %s means', (_name, comment) => {
    expect(comment).toMatch(/^[A-Z`].*\.$/)
    expect(comment).not.toMatch(/^Default/)
  })

  it.each(docs.filter((doc) => doc.default !== 'none' && doc.name !== 'health').map((doc) => [doc.name, doc] as const))(
    'tells the default of %s',
    (_name, { default: value, comment }) => {
      const told = comment.replaceAll('`', '')
      expect(told).toMatch(/Default[ :]/)
      expect(told.slice(told.lastIndexOf('Default'))).toContain(value)
    },
  )
})
