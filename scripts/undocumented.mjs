import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { publishedPackages } from './published-packages.mjs'

/** Members, by the type of their node, that a reader of the reference meets. */
const MEMBERS = new Set([
  'TSPropertySignature',
  'TSMethodSignature',
  'PropertyDefinition',
  'MethodDefinition',
  'TSAbstractPropertyDefinition',
  'TSAbstractMethodDefinition',
])
/** What a declaration or a member can be made of, so that members stand in it. The arguments of functions are told in the text. */
const INSIDE = ['body', 'typeAnnotation', 'types', 'members']

/**
 * Whether every export of every package, and every member of it, has a doc comment. Takes no second, unlike the reference
 * itself, which refuses the same and knows more (`npm run site`).
 */
export async function checkDocComments() {
  const { parseSync } = await import('rolldown/utils')
  let complete = true
  for (const { directory, manifest } of publishedPackages()) {
    const code = readFileSync(join(directory, 'dist', 'index.d.ts'), 'utf8')
    const { program, comments } = parseSync('index.d.ts', code, { lang: 'dts' })
    for (const name of undocumented(program, comments, code)) {
      process.stderr.write(`${manifest.name}: ${name} has no doc comment\n`)
      complete = false
    }
  }
  return complete
}

function undocumented(program, comments, code) {
  const ends = new Set(
    comments
      .filter(({ type, value }) => type === 'Block' && value.startsWith('*'))
      .map(({ end }) => end + /^\s*/.exec(code.slice(end))[0].length),
  )
  const exported = new Set(program.body.flatMap(({ specifiers }) => specifiers?.map(({ local }) => local?.name) ?? []))
  const declared = program.body
    .map((statement) => ({ statement, declaration: statement.declaration ?? statement }))
    .map(({ statement, declaration }) => ({ statement, declaration, name: nameOf(declaration) }))
    .filter(({ statement, name }) => name !== undefined && (statement.type.startsWith('Export') || exported.has(name)))
  // A value and the type of its values have one name, and one comment.
  const told = new Set(declared.filter(({ statement }) => ends.has(statement.start)).map(({ name }) => name))
  return declared.flatMap(({ declaration, name }) => [
    ...(told.has(name) ? [] : [name]),
    ...undocumentedIn(declaration, name, ends),
  ])
}

function undocumentedIn(node, path, ends) {
  const found = []
  const heard = new Set()
  for (const child of INSIDE.flatMap((key) => node[key] ?? [])) {
    const name = MEMBERS.has(child.type) ? keyOf(child) : undefined
    if (name === undefined) {
      found.push(...undocumentedIn(child, path, ends))
      continue
    }
    // The first of several overloads speaks for all.
    if (!heard.has(name) && !ends.has(child.start)) found.push(`${path}.${name}`)
    heard.add(name)
    found.push(...undocumentedIn(child, `${path}.${name}`, ends))
  }
  return found
}

/** The name of a member that can be used: not of what is private, nor of the constructor, whose class has the comment. */
function keyOf({ key, kind, accessibility }) {
  if (key === undefined || key.type === 'PrivateIdentifier' || kind === 'constructor') return undefined
  if (accessibility === 'private') return undefined
  return key.name ?? key.value ?? `[${key.property?.name}]`
}

function nameOf({ id, declarations }) {
  return (id ?? declarations?.[0]?.id)?.name
}
