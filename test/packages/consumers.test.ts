import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'

import { FOLDERS, root } from './setup/packages.js'

const run = promisify(execFile)
const require = createRequire(join(root, 'package.json'))

/** What applications install beside the packages, and where the workspace has it. */
const BESIDE = {
  core: ['mysql2', 'iconv-lite', 'sql-escaper'],
  typeorm: ['typeorm'],
  prisma: ['@prisma/driver-adapter-utils', '@prisma/client'],
  nestjs: ['@nestjs/common', '@nestjs/core', '@nestjs/terminus', 'rxjs', 'reflect-metadata'],
  opentelemetry: ['@opentelemetry/api'],
}

const NEST = `
import { HostpoolModule, InjectPool } from '@mysql-hostpool/nestjs'
export const nest = [HostpoolModule.forRoot({ host: 'a' }), InjectPool()]
`

const PROGRAM = `
import { createPool, isHostpoolError, type PoolOptions } from '@mysql-hostpool/core'
import { mysql2Pool } from '@mysql-hostpool/mysql2'
import { typeormDriver } from '@mysql-hostpool/typeorm'
import { PrismaHostpool } from '@mysql-hostpool/prisma'
import { instrument } from '@mysql-hostpool/opentelemetry'
import { statusPage } from '@mysql-hostpool/status-page'
import { examine } from '@mysql-hostpool/cli'
import type { Pool } from 'mysql2'

const options: PoolOptions = { host: 'a,b', connectionLimit: 3 }
export const pool = createPool(options)
export async function count(): Promise<number> {
  const [rows] = await pool.query<{ n: number }[]>('SELECT 1 AS n')
  return rows[0]!.n
}
export const shape: Pool = mysql2Pool(pool)
export const adapters = [typeormDriver(pool), new PrismaHostpool(pool)]
export const watched = [instrument(pool), statusPage(pool), examine(options), isHostpoolError(null)]
// @ts-expect-error the types are there, and say no to what there is not
createPool({ hosts: 1 })
`

let directory: string

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'hostpool-consumer-'))
  const modules = join(directory, 'node_modules')
  mkdirSync(join(modules, '@types'), { recursive: true })
  for (const folder of FOLDERS) {
    cpSync(join(inject('unpacked'), folder), join(modules, '@mysql-hostpool', folder), { recursive: true })
  }
  const link = (name: string, to: string): void => {
    mkdirSync(dirname(join(modules, name)), { recursive: true })
    symlinkSync(realpathSync(to), join(modules, name))
  }
  for (const [folder, names] of Object.entries(BESIDE)) {
    for (const name of names) link(name, join(root, 'packages', folder, 'node_modules', name))
  }
  link('@types/node', join(root, 'node_modules', '@types', 'node'))
  writeFileSync(join(directory, 'package.json'), '{ "type": "commonjs" }')
  writeFileSync(join(directory, 'application.cts'), PROGRAM)
  writeFileSync(join(directory, 'application.mts'), `${PROGRAM}${NEST}`)
})

afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** What a compiler finds wrong in the application, and in the declarations of the packages. */
async function errorsOf(compiler: string, files: readonly string[], options: object): Promise<readonly string[]> {
  const project = join(directory, `tsconfig-${compiler.replaceAll(/\W/g, '-')}.json`)
  const compilerOptions = {
    strict: true,
    target: 'es2022',
    lib: ['es2023', 'esnext.disposable'],
    types: ['node'],
    noEmit: true,
    skipLibCheck: false,
    ...options,
  }
  writeFileSync(project, JSON.stringify({ compilerOptions, files }))
  const tsc = require.resolve(`${compiler}/package.json`).replace('package.json', 'bin/tsc')
  const output = await run(process.execPath, [tsc, '-p', project, '--pretty', 'false']).then(
    () => '',
    (error: unknown) => (error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error)),
  )
  // The declarations of other libraries have errors of their own, in old compilers above all.
  return output
    .split('\n')
    .filter((line) => /^(?!node_modules\/(?!@mysql-hostpool\/)).*error TS/.test(relativeOf(line)))
}

function relativeOf(line: string): string {
  return line.replace(/^.*?(?=node_modules\/|application\.)/, '')
}

describe('an application that checks the declarations of its libraries compiles', () => {
  // Without the module for NestJS, whose present version is an ES module alone.
  it('with TypeScript 5.0, as CommonJS without esModuleInterop', async () => {
    const options = { module: 'node16', moduleResolution: 'node16', esModuleInterop: false, lib: ['es2023'] }
    expect(await errorsOf('typescript-5.0', ['application.cts'], options)).toEqual([])
  })

  it('with the present TypeScript, as CommonJS and as an ES module', async () => {
    expect(await errorsOf('typescript', ['application.cts', 'application.mts'], { module: 'nodenext' })).toEqual([])
  })
})
