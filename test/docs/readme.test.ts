import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { codeBlocks } from './code-blocks.js'
import { linksOf } from './links.js'
import { page, root } from './pages.js'

const readme = page(join(root, 'README.md'))
const { text } = readme
const lines = text.split('\n')

/** The part below a heading. */
const part = (heading: string): string => text.split('\n## ').find((each) => each.startsWith(`${heading}\n`)) ?? ''

describe('the README', () => {
  it('has at most 8,000 bytes', () => {
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(8000)
  })

  it('has no line of more than 300 characters', () => {
    expect(lines.filter((line) => line.length > 300)).toEqual([])
  })

  it('says in two sentences what the project is, and shows a kill', () => {
    const [heading, , what = '', , picture] = lines
    expect(heading).toBe('# mysql-hostpool')
    expect(what.match(/\.(?= |$)/g)).toHaveLength(2)
    expect(picture).toMatch(/^!\[.+\]\(docs\/images\/kill\.svg\)$/)
  })

  it('has starts of at most eight lines, for SQL, TypeORM and Prisma', () => {
    const starts = codeBlocks({ path: 'README.md', text: part('Start') })
    expect(starts).toHaveLength(3)
    expect(starts.map(({ code }) => code.trim().split('\n').length).filter((length) => length > 8)).toEqual([])
    for (const [index, name] of ['core', 'typeorm', 'prisma'].entries()) {
      expect(starts[index]?.code).toContain(`'@mysql-hostpool/${name}'`)
    }
  })

  it('has a table of failures with at most a dozen words a cell', () => {
    const rows = part('When a host fails')
      .split('\n')
      .filter((line) => line.startsWith('|'))
    const cells = rows.flatMap((row) => row.split('|').map((cell) => cell.trim()))
    expect(rows.length).toBeGreaterThan(8)
    expect(cells.filter((cell) => cell.split(/\s+/).length > 12)).toEqual([])
  })

  it('has the twelve options that matter', () => {
    expect(part('Options that matter').match(/^- `/gm)).toHaveLength(12)
  })

  it('says in at most ten lines what is supported', () => {
    const [, supported = ''] = /<!-- supported[^>]*-->\n([^]*?)<!-- \/supported -->/.exec(text) ?? []
    const said = supported.split('\n').filter((line) => line.trim() !== '')
    expect(said.length).toBeGreaterThan(0)
    expect(said.length).toBeLessThanOrEqual(10)
  })

  it('leads to the documents', () => {
    const links = linksOf(readme)
    for (const path of ['index', 'failures', 'options', 'errors', 'events', 'sizing', 'troubleshooting']) {
      expect(links.map((link) => link.split('#')[0])).toContain(`docs/${path}.md`)
    }
  })
})
