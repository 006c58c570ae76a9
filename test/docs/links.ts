import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'

import { type Page, root } from './pages.js'

/** Where the repository is read. */
const REPOSITORY = 'https://github.com/mysql-hostpool/mysql-hostpool'
/** What its files are called from elsewhere: to be read, or as they are, for images. */
const FILES = [`${REPOSITORY}/blob/main/`, `${REPOSITORY}/tree/main/`]
const IMAGES = 'https://raw.githubusercontent.com/mysql-hostpool/mysql-hostpool/main/'

/** The links of a page that lead nowhere: to no file, or to no heading of it. Links to other sites are not looked at. */
export function deadLinks(page: Page): readonly string[] {
  return linksOf(page)
    .filter((link) => !leadsSomewhere(page, link))
    .map((link) => `${page.path}: ${link}`)
}

/** Links that lead nowhere on a registry, which has the page without its repository. */
export function relativeLinks(page: Page): readonly string[] {
  return linksOf(page)
    .filter((link) => !isAbsolute(link) && !link.startsWith('#'))
    .map((link) => `${page.path}: ${link}`)
}

/** Where the links of a page lead, those of its images among them. */
export function linksOf({ text }: Page): readonly string[] {
  return [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
}

function isAbsolute(link: string): boolean {
  return /^[a-z]+:/.test(link)
}

function leadsSomewhere({ path, text }: Page, link: string): boolean {
  const [to = '', anchor] = link.split('#')
  if (to === '') return anchor !== undefined && anchors(text).has(anchor)
  if (to === REPOSITORY) return isThere('README.md', anchor)
  const prefix = [...FILES, IMAGES].find((each) => to.startsWith(each))
  if (prefix !== undefined) return isThere(to.slice(prefix.length), anchor)
  if (to.startsWith(REPOSITORY)) return false
  return isAbsolute(to) || isThere(posix.join(dirname(path), to), anchor)
}

function isThere(path: string, anchor: string | undefined): boolean {
  const file = join(root, path)
  if (!existsSync(file)) return false
  if (anchor === undefined || statSync(file).isDirectory()) return anchor === undefined
  return anchors(readFileSync(file, 'utf8')).has(anchor)
}

/** The anchors of headings, as code hosts and the site make them. */
export function anchors(text: string): ReadonlySet<string> {
  const headings = [...withoutBlocks(text).matchAll(/^#{1,6} (.*)$/gm)]
  return new Set(headings.map(([, heading = '']) => anchorOf(heading)))
}

function anchorOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-')
}

function withoutBlocks(text: string): string {
  return text.replaceAll(/^( *)```[^]*?^\1```$/gm, '')
}

function withoutCode(text: string): string {
  return withoutBlocks(text).replaceAll(/`[^`\n]*`/g, 'code')
}
