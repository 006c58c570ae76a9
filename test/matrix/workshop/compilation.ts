import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Application } from './application.js'
import { root } from './tarballs.js'

const TIMEOUT = 180_000

/** What a compiler said. */
export interface Compilation {
  /** It does not know these options, or has them no more; what it said. */
  readonly refusedOptions: string | undefined
  /** Errors in the program, and in declarations of this project. */
  readonly ours: readonly string[]
  /** Names of libraries whose own declarations have errors. */
  readonly theirs: readonly string[]
}

export interface Compile {
  readonly application: Application
  /** The path of its `tsc`. */
  readonly compiler: string
  /** The `type` of the program's package.json. */
  readonly type: 'module' | 'commonjs'
  readonly options: Readonly<Record<string, string | boolean>>
  readonly signal: AbortSignal
}

/** Compiles the program that uses every package. */
export async function compile({ application, compiler, type, options, signal }: Compile): Promise<Compilation> {
  const directory = join(application.directory, `program-${type}`)
  mkdirSync(directory, { recursive: true })
  cpSync(join(root, 'test', 'matrix', 'consumers'), directory, { recursive: true })
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ type }))
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2022'],
    types: ['node'],
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    ...options,
  }
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }))
  const output = await outputOf([compiler, '--project', directory, '--pretty', 'false'], application.directory, signal)
  return readOutput(output)
}

/** Sorts the errors of a compiler by whose they are. */
export function readOutput(output: string): Compilation {
  const lines = output.split('\n').filter((line) => /(?:^|: )error TS\d+: /.test(line))
  // Errors about options have no file, or are in the tsconfig.
  const options = lines.filter((line) => /^(?:error TS|[^(]*tsconfig\.json\()/.test(line))
  if (options.length > 0) return { refusedOptions: options[0]?.replace(/^.*?(?=TS\d+)/, ''), ours: [], theirs: [] }
  const ours: string[] = []
  const theirs: string[] = []
  for (const line of lines) {
    const library = [...line.matchAll(/node_modules[/\\]((?:@[^/\\]+[/\\])?[^/\\(]+)/g)].at(-1)?.[1]
    if (library === undefined || library.startsWith('@mysql-hostpool')) ours.push(line)
    else theirs.push(library)
  }
  // It ended in another way than with errors that can be read.
  if (lines.length === 0 && output.trim() !== '') ours.push(output.trim().slice(0, 500))
  return { refusedOptions: undefined, ours, theirs }
}

function outputOf(args: readonly string[], cwd: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, signal, timeout: TIMEOUT, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    }
    child.on('error', reject)
    child.on('close', (code, by) => resolve(code === null ? `ended by ${by}\n${output}` : output))
  })
}
