import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { expect, inject, it } from 'vitest'

import { FOLDERS, manifestIn, unpacked } from './setup/packages.js'

function tarball(folder: string): Uint8Array {
  const { version } = manifestIn(unpacked(folder))
  return new Uint8Array(readFileSync(join(inject('packed'), `mysql-hostpool-${folder}-${version}.tgz`)))
}

it.each(FOLDERS)('publint has nothing to say of %s', async (folder) => {
  const { messages, pkg } = await publint({ pack: { tarball: tarball(folder).buffer as ArrayBuffer }, strict: true })
  expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([])
})

// The oldest way to resolve knows no `exports`, and so no path into a package but its main file.
it.each(FOLDERS)(
  'the types of %s are found by every resolution that knows exports, and its main file by all',
  async (folder) => {
    const result = await checkPackage(createPackageFromTarballData(tarball(folder)))
    if (result.types === false) throw new Error(`${folder} has no types`)
    const isMain = (problem: object): boolean => !('entrypoint' in problem) || problem.entrypoint === '.'
    const isOld = (problem: object): boolean => 'resolutionKind' in problem && problem.resolutionKind === 'node10'
    expect(result.problems.filter((problem) => isMain(problem) || !isOld(problem))).toEqual([])
  },
)
