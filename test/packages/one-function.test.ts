import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { expect, it } from 'vitest'

import { unpacked } from './setup/packages.js'

interface Bundle {
  /** Bytes of the minified code. */
  readonly size: number
  /** Modules that the bundle imports. */
  readonly imports: readonly string[]
}

/** An application that uses one export of core, with the packages that core asks for left outside. */
async function bundleOf(name: string): Promise<Bundle> {
  const core = join(unpacked('core'), 'dist', 'index.js')
  const input = 'application'
  const bundle = await rolldown({
    input,
    platform: 'node',
    external: ['mysql2', 'iconv-lite', 'sql-escaper'],
    plugins: [
      {
        name: 'application',
        resolveId: (id) => (id === input ? id : undefined),
        load: (id) => (id === input ? `export { ${name} } from ${JSON.stringify(core)}` : undefined),
      },
    ],
  })
  const { output } = await bundle.generate({ format: 'esm', minify: true })
  await bundle.close()
  const chunks = output.filter((each) => each.type === 'chunk')
  return {
    size: chunks.reduce((sum, { code }) => sum + Buffer.byteLength(code), 0),
    imports: chunks.flatMap(({ imports }) => imports),
  }
}

it.each([
  ['HostpoolError', 3000],
  ['isHostpoolError', 3000],
  ['isRetryable', 3000],
  ['ErrorClass', 3000],
  ['errorClassOf', 3000],
  ['endsTransaction', 3000],
  ['isTlsError', 3000],
  ['isUnreachable', 3000],
  ['refusesWrites', 3000],
  ['HostState', 3000],
  ['isSecretOption', 3000],
  ['maskCredentials', 3000],
  ['observing', 3000],
  ['statementOptionNames', 17_000],
  ['statementVerb', 17_000],
  ['transactionControl', 32_000],
  ['isCertainlyRead', 32_000],
])('%s alone brings nothing of the pool into a bundle, and at most %i bytes', async (name, most) => {
  const { size, imports } = await bundleOf(name)
  expect(imports).toEqual([])
  expect(size).toBeLessThanOrEqual(most)
})

// Their options are checked, by the code that checks the pool's.
it.each([
  ['withRetry', 60_000],
  ['checkRetryOptions', 50_000],
  ['optionsFromUrl', 50_000],
])('%s alone brings no driver into a bundle, and at most %i bytes', async (name, most) => {
  const { size, imports } = await bundleOf(name)
  expect(imports.filter((module) => !module.startsWith('node:'))).toEqual([])
  expect(size).toBeLessThanOrEqual(most)
})

it('the bounds mean something: createPool brings the driver, and much more', async () => {
  const { size, imports } = await bundleOf('createPool')
  expect(imports).toContain('mysql2')
  expect(size).toBeGreaterThan(100_000)
})
