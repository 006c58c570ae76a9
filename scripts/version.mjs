import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { must } from './child.mjs'
import { publishedPackages } from './published-packages.mjs'
import { packageManagerCommand } from './set-up.mjs'
import { binary, root } from './workspace.mjs'

const HEADINGS = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security']

/**
 * Gives the packages the version that their changesets ask for, and moves the texts of these and what stands under
 * "Unreleased" in CHANGELOG.md under that version. Without a changeset the version stays, and is entered if it is not there yet:
 * that is how the first release comes about. `lock: false` leaves the lockfile as it is.
 */
export async function versionPackages({ lock = true } = {}) {
  const summaries = changesetSummaries()
  if (summaries.length > 0) {
    await must(binary('changeset'), ['version'], { cwd: root })
    if (lock) {
      const [program, args] = packageManagerCommand('install', '--lockfile-only')
      await must(program, args, { cwd: root })
    }
  }
  const [{ manifest }] = publishedPackages()
  const file = join(root, 'CHANGELOG.md')
  writeFileSync(file, withVersion(readFileSync(file, 'utf8'), manifest.version, summaries))
}

/** What the changesets say below their list of packages. */
function changesetSummaries() {
  const directory = join(root, '.changeset')
  const names = readdirSync(directory).filter((name) => name.endsWith('.md') && name !== 'README.md')
  return names.sort().map((name) => {
    const [, summary = ''] = /^---\n[^]*?\n---\n([^]*)$/.exec(readFileSync(join(directory, name), 'utf8')) ?? []
    if (summary.trim() === '')
      throw new Error(`.changeset/${name} has no text, and a reader of the changelog wants one`)
    return summary.trim()
  })
}

/** The changelog with a version in the place of "Unreleased". A text that begins with `Fixed: ` goes under that heading. */
function withVersion(changelog, version, summaries) {
  if (changelog.includes(`\n## ${version}\n`)) return changelog
  const begin = changelog.indexOf('\n## Unreleased\n')
  if (begin < 0) throw new Error('CHANGELOG.md has no heading "## Unreleased"')
  const next = changelog.indexOf('\n## ', begin + 1)
  const end = next < 0 ? changelog.length : next
  const body = changelog.slice(begin + '\n## Unreleased\n'.length, end).trim()
  const entries = summaries.map((summary) => {
    const [, heading = 'Changed', text = summary] = new RegExp(`^(${HEADINGS.join('|')}): ([^]*)$`).exec(summary) ?? []
    return { heading, text: text.trim().replaceAll('\n', ' ') }
  })
  const release = entries.reduce(withEntry, body)
  return `${changelog.slice(0, begin)}\n## Unreleased\n\n## ${version}\n\n${release}\n${changelog.slice(end)}`
}

function withEntry(body, { heading, text }) {
  const lines = body.split('\n')
  const place = lines.indexOf(`### ${heading}`)
  if (place < 0) return `${body}\n\n### ${heading}\n\n- ${text}`.trim()
  const after = lines.findIndex((line, index) => index > place && line.startsWith('### '))
  const last = lines.findLastIndex((line, index) => index < (after < 0 ? lines.length : after) && line.trim() !== '')
  return [...lines.slice(0, last + 1), `- ${text}`, ...lines.slice(last + 1)].join('\n')
}
