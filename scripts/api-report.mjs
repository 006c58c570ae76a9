import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { publishedPackages } from './published-packages.mjs'
import { root } from './workspace.mjs'

/** Where the report of a package stands. */
function reportFile(name) {
  return join(root, 'etc', `${name}.api.md`)
}

/** Writes the report of the public face of each package, from the declarations that were built. */
export async function writeApiReports() {
  mkdirSync(join(root, 'etc'), { recursive: true })
  for (const { name, report } of await reports()) writeFileSync(reportFile(name), report)
}

/** Whether each report says what the declarations say. Where one does not, the lines that differ are shown. */
export async function checkApiReports() {
  let same = true
  for (const { name, report } of await reports()) {
    const file = reportFile(name)
    const kept = existsSync(file) ? readFileSync(file, 'utf8') : ''
    if (kept === report) continue
    same = false
    process.stderr.write(`${relative(root, file)} is not what the package exports:\n${difference(kept, report)}\n`)
  }
  if (!same) process.stderr.write('If the public face is meant to change, `npm run api` writes the reports anew.\n')
  return same
}

async function reports() {
  return Promise.all(
    publishedPackages().map(async ({ folder, directory }) => {
      const declarations = readFileSync(join(directory, 'dist', 'index.d.ts'), 'utf8')
      return { name: folder, report: await apiReport(folder, declarations) }
    }),
  )
}

/**
 * The declarations of a package without their comments, by name: first what is exported, then what that is made of. The order
 * is not that of the modules, so code that moves changes nothing here.
 */
async function apiReport(name, code) {
  const { parseSync } = await import('rolldown/utils')
  const { program, comments } = parseSync('index.d.ts', code, { lang: 'dts' })
  const aliases = new Map()
  const statements = []
  for (const statement of program.body) {
    if (statement.type === 'ExportNamedDeclaration' && !statement.declaration && !statement.source) {
      for (const { local, exported } of statement.specifiers) {
        aliases.set(local.name, [...(aliases.get(local.name) ?? []), exported.name])
      }
    } else statements.push(statement)
  }
  const texts = statements.map((statement) => ({
    name: nameOf(statement),
    text: textOf(statement, code, comments).replace(/^export /, ''),
    exported: statement.type === 'ExportNamedDeclaration',
    imported: statement.type === 'ImportDeclaration',
  }))
  const isExported = (declared) => declared.exported || aliases.get(declared.name)?.includes(declared.name) === true
  const declared = texts.filter(({ imported }) => !imported).sort(byName)
  const own = new Set(declared.map(({ name }) => name))
  const handedOn = [...aliases].flatMap(([local, names]) =>
    names
      .filter((exported) => exported !== local || !own.has(local))
      .map((exported) => `export { ${local === exported ? local : `${local} as ${exported}`} }`),
  )
  return [
    `# The public face of @mysql-hostpool/${name}`,
    '',
    'Written by `npm run api`. `npm test` fails while this differs from what the package exports.',
    '',
    '```ts',
    ...texts.filter(({ imported }) => imported).map(({ text }) => text),
    '',
    ...declared.filter(isExported).map(({ text }) => `${text.replace(/^(\/\/ @deprecated\n)?/, '$1export ')}\n`),
    ...handedOn.sort(inOrder),
    '```',
    '',
    ...madeOf(declared.filter((each) => !isExported(each))),
  ].join('\n')
}

function madeOf(inner) {
  if (inner.length === 0) return []
  return [
    'What these are made of, and is not exported:',
    '',
    '```ts',
    inner.map(({ text }) => text).join('\n\n'),
    '```',
    '',
  ]
}

function byName(one, other) {
  return inOrder(one.name, other.name)
}

/** The order of code units, which is the same in every language. */
function inOrder(one, other) {
  return one < other ? -1 : Number(one > other)
}

function nameOf(statement) {
  const { id, declarations } = statement.declaration ?? statement
  return (id ?? declarations?.[0]?.id)?.name ?? ''
}

/** A statement without its comments. What is deprecated is a part of the face, and says so. */
function textOf({ start, end }, code, comments) {
  let text = ''
  let from = start
  for (const comment of comments.filter((each) => each.start >= start && each.end <= end)) {
    text += code.slice(from, comment.start) + (comment.value.includes('@deprecated') ? '// @deprecated\n' : '')
    from = comment.end
  }
  text += code.slice(from, end)
  const before = comments.findLast((comment) => comment.end <= start)
  const isOwn = before !== undefined && code.slice(before.end, start).trim() === ''
  const mark = isOwn && before.value.includes('@deprecated') ? '// @deprecated\n' : ''
  return mark + text.replace(/[ \t]+$/gm, '').replace(/\n{2,}/g, '\n')
}

/** The lines that only one of two texts has. */
function difference(kept, found) {
  const [old, now] = [kept, found].map((text) => text.split('\n'))
  const only = (lines, others, sign) => {
    const rest = new Set(others)
    return lines.filter((line) => !rest.has(line)).map((line) => `  ${sign} ${line}`)
  }
  return [...only(old, now, '-'), ...only(now, old, '+')].slice(0, 40).join('\n')
}
