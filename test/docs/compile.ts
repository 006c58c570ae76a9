import { execFile } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { moduleOf } from './code-blocks.js'
import type { Program } from './code-blocks.js'
import { root } from './pages.js'

const run = promisify(execFile)
const folder = join(root, 'docs', 'code', 'blocks')

/** Writes programs beside what they are compiled against. @returns their files */
export function writePrograms(programs: readonly Program[], into = folder): ReadonlyMap<string, Program> {
  rmSync(into, { recursive: true, force: true })
  mkdirSync(into, { recursive: true })
  return new Map(
    programs.map((program) => {
      const file = `${moduleOf(program.block)}.ts`
      writeFileSync(join(into, file), program.source)
      return [file, program]
    }),
  )
}

/** What the compiler says of them, with the lines of the pages. */
export async function compileErrors(programs: readonly Program[]): Promise<readonly string[]> {
  const files = writePrograms(programs)
  const output = await tsc(join(root, 'docs', 'code', 'tsconfig.blocks.json'))
  return output
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => inPage(line, files))
}

async function tsc(project: string): Promise<string> {
  try {
    await run(join(root, 'node_modules', '.bin', 'tsc'), ['-p', project, '--pretty', 'false'], { cwd: root })
    return ''
  } catch (error) {
    // A failure without a word of the compiler is one of the compiler itself.
    if (error instanceof Error && 'stdout' in error && typeof error.stdout === 'string' && error.stdout !== '') {
      return error.stdout
    }
    throw error
  }
}

function inPage(message: string, files: ReadonlyMap<string, Program>): string {
  const [, file = '', line, rest] = /blocks[/\\]([^(]+)\((\d+),\d+\): (.*)$/.exec(message) ?? []
  const program = files.get(file)
  if (program === undefined) return message
  const { block, offset } = program
  return `${block.path}:${block.line + Number(line) - 1 - offset}: ${rest ?? ''}`
}
