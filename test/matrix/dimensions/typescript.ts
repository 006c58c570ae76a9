import type { CheckResult } from '../report/result.js'
import { compile, type Compilation } from '../workshop/compilation.js'
import type { Application } from '../workshop/application.js'
import { needsOf } from './application-needs.js'
import type { Dimension } from './dimension.js'
import { MODULE_MODES, type ModuleMode, type TypeScriptRow, TYPESCRIPTS } from './typescript-rows.js'

// NestJS 12 is an ES module alone, which no compiler before 5.8 lets a CommonJS program import.
const NEST = { '@nestjs/common': '11', '@nestjs/core': '11', '@nestjs/terminus': '11' }
const LIBRARIES = ['mysql2', 'typeorm', '@prisma/client', 'reflect-metadata', 'rxjs', '@opentelemetry/api']
const PACKAGES = ['core', 'mysql2', 'typeorm', 'prisma', 'nestjs', 'opentelemetry', 'status-page', 'cli']

export const typescript: Dimension<TypeScriptRow> = {
  name: 'typescript',
  title: 'TypeScript',
  about:
    'A program that uses every package is compiled with `strict` and without `skipLibCheck`, in each way to import modules. A note names libraries beside the packages whose own declarations that compiler refuses; an application that has these needs `skipLibCheck`.',
  columns: MODULE_MODES.map(({ name }) => name),
  rows: TYPESCRIPTS,
  async run(row, workshop) {
    const application = await workshop.application(needsOf(PACKAGES, LIBRARIES, { ...NEST, '@types/node': '20' }))
    const compiler = await workshop.compiler(row.version)
    const checks: CheckResult[] = []
    for (const mode of MODULE_MODES) {
      workshop.signal.throwIfAborted()
      checks.push(await compileAs(mode, application, compiler.path, workshop.signal))
    }
    return { versions: { typescript: compiler.version }, checks }
  },
}

async function compileAs(
  mode: ModuleMode,
  application: Application,
  compiler: string,
  signal: AbortSignal,
): Promise<CheckResult> {
  const begin = performance.now()
  const result = (outcome: CheckResult['outcome'], note?: string): CheckResult => {
    const seconds = Math.round(performance.now() - begin) / 1000
    return note === undefined ? { name: mode.name, outcome, seconds } : { name: mode.name, outcome, seconds, note }
  }
  let refused = ''
  for (const options of mode.options) {
    const done = await compile({ application, compiler, type: mode.type, options, signal })
    if (done.refusedOptions !== undefined) refused = done.refusedOptions
    else return result(...verdict(done))
  }
  return result('unavailable', refused)
}

function verdict({ ours, theirs }: Compilation): readonly [CheckResult['outcome'], string?] {
  if (ours.length > 0) return ['failed', ours.slice(0, 5).join('\n')]
  const libraries = [...new Set(theirs)]
  return libraries.length === 0 ? ['passed'] : ['passed', `not of its own: ${libraries.join(', ')}`]
}
