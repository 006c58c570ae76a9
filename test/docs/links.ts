import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'

import { type Page, root } from './pages.js'

/** The links of a page that lead nowhere: to no file, or to no heading of it. Links to other sites are not looked at. */
export function deadLinks({ path, text }: Page): readonly string[] {
  const plain = withoutCode(text)
  const links = [...plain.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
  return links
    .filter((link) => !/^[a-z]+:/.test(link) && !leadsSomewhere(path, text, link))
    .map((link) => `${path}: ${link}`)
}

function leadsSomewhere(path: string, text: string, link: string): boolean {
  const [to = '', anchor] = link.split('#')
  if (to === '') return anchor !== undefined && anchors(text).has(anchor)
  const file = join(root, posix.join(dirname(path), to))
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
