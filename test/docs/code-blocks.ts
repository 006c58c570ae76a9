import type { Page } from './pages.js'

/** A fenced block of TypeScript. */
export interface CodeBlock {
  /** From the root of the repository. */
  readonly path: string
  /** Of its first line of code, from 1. */
  readonly line: number
  readonly code: string
  /** What stands after `ts` on the fence: `run` for a block that is run, too. */
  readonly tags: readonly string[]
}

/** The blocks of TypeScript of a page. */
export function codeBlocks({ path, text }: Page): readonly CodeBlock[] {
  const fenced = text.matchAll(/^( *)```(?:ts|typescript)\b([^\n]*)\n([^]*?)^\1```$/gm)
  return [...fenced].map(({ index, 1: indent = '', 2: tags = '', 3: code = '' }) => ({
    path,
    line: text.slice(0, index).split('\n').length + 1,
    code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    tags: tags.trim().split(/\s+/).filter(Boolean),
  }))
}

/** One import, of one name. */
interface Import {
  readonly name: string
  readonly statement: string
}

/** A block as a module of its own. */
export interface Program {
  readonly block: CodeBlock
  readonly source: string
  /** Lines before the first line of the block. */
  readonly offset: number
}

/**
 * Every block of a page as a module. A reader has seen the imports and the exports of the blocks above, so a block that does not
 * import or declare a name itself has it from there. Everything else that a block takes for granted is in
 * `docs/code/globals.d.ts`.
 */
export function programs(blocks: readonly CodeBlock[]): readonly Program[] {
  const known = new Map<string, Import>()
  return blocks.map((block) => {
    const own = importsIn(block.code)
    const names = new Set([...own.map(({ name }) => name), ...declaredIn(block.code)])
    const inherited = [...known.values()].filter(({ name }) => !names.has(name) && isUsed(name, block.code))
    for (const each of [...own, ...exportsOf(block)]) known.set(each.name, each)
    const head = inherited.map(({ statement }) => `${statement}\n`).join('')
    const source = `${head}${block.code}\nexport {}\n`.replaceAll("'./generated/", "'../generated/")
    return { block, source, offset: inherited.length }
  })
}

function importsIn(code: string): readonly Import[] {
  const statements = code.matchAll(/^import (type )?(?:(\w+),? )?(?:\{([^}]*)\} )?from ('[^']+')/gm)
  return [...statements].flatMap(([, type = '', single, list = '', from = '']) => {
    const named = list
      .split(',')
      .map((each) => each.trim())
      .filter(Boolean)
      .map((each) => ({ name: nameOf(each), statement: `import ${type}{ ${each} } from ${from}` }))
    return single === undefined
      ? named
      : [{ name: single, statement: `import ${type}${single} from ${from}` }, ...named]
  })
}

/** What a block exports, as another module imports it. */
function exportsOf(block: CodeBlock): readonly Import[] {
  const exported = block.code.matchAll(/^export (?:async )?(const|class|function|interface|type) (\w+)/gm)
  return [...exported].map(([, kind = '', name = '']) => {
    const type = kind === 'interface' || kind === 'type' ? 'type ' : ''
    return { name, statement: `import ${type}{ ${name} } from './${moduleOf(block)}.js'` }
  })
}

/** The name of the module that a block becomes. */
export function moduleOf({ path, line }: CodeBlock): string {
  return `${path.replace(/\.md$/, '').replaceAll('/', '-')}-${line}`
}

/** `a as b` imports b, `type a` imports a. */
function nameOf(specifier: string): string {
  return specifier.replace(/^type /, '').replace(/^.* as /, '')
}

function declaredIn(code: string): readonly string[] {
  const plain = [
    ...code.matchAll(/^(?:export )?(?:declare )?(?:async )?(?:const|let|class|function|interface|type) (\w+)/gm),
  ]
  return plain.map(([, name = '']) => name)
}

function isUsed(name: string, code: string): boolean {
  return new RegExp(`(?<![.\\w])${name}\\b`).test(code)
}
