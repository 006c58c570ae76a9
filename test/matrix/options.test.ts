import { describe, expect, it } from 'vitest'

import { UsageError } from '../program/arguments.js'
import { DIMENSIONS } from './dimensions/dimensions.js'
import { readOptions, type MatrixOptions } from './options.js'
import { isNotToBeHad } from './workshop/npm.js'

function wanted(...args: readonly string[]): readonly string[] {
  const options = readOptions(args, DIMENSIONS) as MatrixOptions
  return options.wanted.map(({ dimension, row }) => `${dimension.name}: ${row}`)
}

describe('the command line of the matrix', () => {
  it('runs every row of every dimension by default', () => {
    expect(wanted()).toHaveLength(DIMENSIONS.reduce((sum, { rows }) => sum + rows.length, 0))
  })

  it('runs the dimensions that it names', () => {
    const dimensions = new Set(wanted('typescript', 'node').map((row) => row.split(':')[0]))
    expect([...dimensions]).toEqual(['node', 'typescript'])
  })

  it('runs the rows that it names', () => {
    expect(wanted('--row', 'Node 22', '--row', 'Prisma 7')).toEqual(['node: Node 22', 'prisma: Prisma 7'])
  })

  it('refuses what is no dimension, and what is no row of the dimensions', () => {
    expect(() => readOptions(['python'], DIMENSIONS)).toThrow(UsageError)
    expect(() => readOptions(['typescript', '--row', 'Node 22'], DIMENSIONS)).toThrow('is no row')
  })
})

describe('what npm says', () => {
  it('tells a package that is not to be had from packages that do not fit together', () => {
    expect(isNotToBeHad('npm error code E404\nnpm error 404 Not Found')).toBe(true)
    expect(isNotToBeHad('npm error code ETARGET')).toBe(true)
    expect(isNotToBeHad('npm error code ERESOLVE\nnpm error peer @nestjs/common@"^11.0.0"')).toBe(false)
  })
})
