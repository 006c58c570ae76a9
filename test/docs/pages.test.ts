import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { anchors, deadLinks, linksOf, relativeLinks } from './links.js'
import { page, pages, root } from './pages.js'

const source = (path: string): string => readFileSync(join(root, 'packages', 'core', 'src', path), 'utf8')
const text = (path: string): string => page(join(root, 'docs', path)).text

/** The texts in quotes of a part of a source file. */
const quoted = (part: string): readonly string[] => [...part.matchAll(/'([^'\n]+)'/g)].map(([, word = '']) => word)

const codes = quoted(source('errors/hostpool-error.ts').split('export interface')[0] ?? '')
const events = [...source('pool/event-names.ts').matchAll(/^ {2}(\w+): true,$/gm)].map(([, name = '']) => name)
const closeReasons = quoted(/export type CloseReason =([^]*?)\n\n/.exec(source('pool/events.ts'))?.[1] ?? '')
const channels = [...new Set(source('channels/channels.ts').match(/mysql-hostpool:\w+/g))]
const warnings = [
  ...new Set(
    ['generated-ids.ts', 'replication-options.ts'].flatMap(
      (file) => readFileSync(join(root, 'packages/typeorm/src', file), 'utf8').match(/\bHOSTPOOL_[A-Z_]+/g) ?? [],
    ),
  ),
]

describe('the page of errors', () => {
  const errors = text('errors.md')

  it.each(codes)('has a section of %s, which says what it means and what to do', (code) => {
    const section = errors.split('\n## ').find((part) => part.startsWith(`${code}\n`)) ?? ''
    expect(section).toContain('**Means:**')
    expect(section).toContain('**Do:**')
  })

  it('has no section of a code that there is not', () => {
    expect(errors.match(/^## ERR_\w+$/gm)).toEqual(expect.arrayContaining(codes.map((code) => `## ${code}`)))
    expect(errors.match(/^## ERR_\w+$/gm)).toHaveLength(codes.length)
  })

  it.each(warnings)('names the warning %s', (name) => {
    expect(errors).toContain(`\`${name}\``)
  })

  it('is about all codes: those of the type are found', () => {
    expect(codes.length).toBeGreaterThan(10)
    expect(codes.every((code) => code.startsWith('ERR_HOSTPOOL_'))).toBe(true)
  })
})

describe('the page of events', () => {
  const told = text('events.md')

  it.each([...events, ...closeReasons])('has a row for %s', (name) => {
    expect(told).toMatch(new RegExp(`^\\| \`${name}\` `, 'm'))
  })

  it.each(channels)('has a row for %s', (name) => {
    expect(told).toMatch(new RegExp(`^\\| \`${name}\` `, 'm'))
  })

  it('is about all of them: those of the sources are found', () => {
    expect([events.length > 10, closeReasons.length > 10, channels.length >= 4]).toEqual([true, true, true])
  })
})

describe('a link of the README and the docs', () => {
  it('leads to a page and a heading that are there', () => {
    expect(pages().flatMap(deadLinks)).toEqual([])
  })

  it('is dead where its page, or its heading, is not there', () => {
    const links =
      '# A b\n\n[a](#a-b) [b](#c) [c](nowhere.md) [d](errors.md#nothing) [e](https://example.com) `[f](x.md)`'
    expect(deadLinks({ path: 'docs/a.md', text: links })).toEqual([
      'docs/a.md: #c',
      'docs/a.md: nowhere.md',
      'docs/a.md: errors.md#nothing',
    ])
  })

  it('to a file of the repository, from anywhere, leads to one that is there', () => {
    const repository = 'https://github.com/mysql-hostpool/mysql-hostpool'
    const raw = 'https://raw.githubusercontent.com/mysql-hostpool/mysql-hostpool/main'
    const good = [
      repository,
      `${repository}#install`,
      `${repository}/blob/main/docs/errors.md#err_hostpool_config`,
      `${repository}/tree/main/examples/nestjs`,
      `${raw}/docs/images/kill.svg`,
      'https://example.com/x.md',
    ]
    const dead = [
      `${repository}#nothing`,
      `${repository}/blob/main/docs/nothing.md`,
      `${repository}/blob/main/docs/errors.md#nothing`,
      `${repository}/blob/master/docs/errors.md`,
      `${raw}/docs/images/nothing.svg`,
    ]
    const text = [...good, ...dead].map((link) => `[a](${link})`).join(' ')
    expect(deadLinks({ path: 'packages/core/README.md', text })).toEqual(
      dead.map((link) => `packages/core/README.md: ${link}`),
    )
  })

  it('has the anchor that code hosts give a heading', () => {
    expect([...anchors('## ERR_HOSTPOOL_CONFIG\n### health.interval\n## How `it` is, really\n')]).toEqual([
      'err_hostpool_config',
      'healthinterval',
      'how-it-is-really',
    ])
  })
})

describe('the README of a package', () => {
  const readmes = readdirSync(join(root, 'packages')).map((name) => page(join(root, 'packages', name, 'README.md')))

  it('is found', () => {
    expect(readmes.length).toBeGreaterThan(7)
  })

  it.each(readmes.map((readme) => [readme.path, readme] as const))(
    'has no link that is dead on a registry: %s',
    (_path, readme) => {
      expect(relativeLinks(readme)).toEqual([])
      expect(linksOf(readme).length).toBeGreaterThan(2)
    },
  )

  it.each(readmes.map((readme) => [readme.path, readme] as const))(
    'says on its first screen what the package is, how it is installed and how to start: %s',
    (_path, { path, text: said }) => {
      const name = path.split('/')[1] ?? ''
      const [heading, , what] = said.split('\n')
      expect(heading).toBe(`# @mysql-hostpool/${name}`)
      expect(what).toMatch(/[.:]$/)
      expect(said).toMatch(new RegExp(`^(npm install|npx) .*@mysql-hostpool/${name}\\b`, 'm'))
      expect(said.length).toBeLessThan(3000)
    },
  )

  it('has a relative link where one is relative', () => {
    const given = '[a](../../README.md) [b](#here) [c](https://example.com) ![d](image.svg)'
    expect(relativeLinks({ path: 'a.md', text: given })).toEqual(['a.md: ../../README.md', 'a.md: image.svg'])
  })
})

describe('a page of the docs', () => {
  const all = pages().filter(({ path }) => path.startsWith('docs/'))
  const index = text('index.md')
  const site = readFileSync(join(root, 'docs', '.vitepress', 'config.ts'), 'utf8')

  it.each(all.map(({ path }) => path.slice('docs/'.length)).filter((path) => path !== 'index.md'))(
    'is found from the first one, and at the side of the site: %s',
    (path) => {
      expect(index).toContain(`](${path})`)
      expect(site).toContain(`link: '/${path.replace(/\.md$/, '')}'`)
    },
  )
})
