import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

/**
 * Makes one file of the declarations that the compiler has written of a package, with their comments, and a map that leads
 * editors to the sources. The file holds named imports only, so it is the same for ES modules and for CommonJS.
 */
export async function bundleTypes(directory, folders, external) {
  const { rolldown } = await import('rolldown')
  const { dts } = await import('rolldown-plugin-dts')
  const bundled = await rolldown({
    input: join(directory, 'build', 'index.d.ts'),
    external: (id) => external(id) || id.startsWith('node:'),
    plugins: [
      declarationMaps,
      // Nothing is left to generate, so no compiler is asked; `oxc` is the generator that needs none.
      dts({ dtsOnly: true, tsconfig: false, generator: 'oxc', sourcemap: true }),
    ],
    logLevel: 'warn',
  })
  const { output } = await bundled.generate({ format: 'es', sourcemap: true, dir: directory })
  await bundled.close()
  const [{ code, map }] = output
  for (const folder of Object.values(folders)) {
    const file = join(directory, folder, 'index.d.ts')
    mkdirSync(dirname(file), { recursive: true })
    const sources = map.sources.map((source) => relative(dirname(file), join(directory, source)).replaceAll('\\', '/'))
    writeFileSync(file, `${code.trimEnd()}\n`)
    const { version, names, mappings } = map
    writeFileSync(`${file}.map`, JSON.stringify({ version, file: 'index.d.ts', names, sources, mappings }))
  }
}

/** Hands each declaration over with its map, so that the map of the bundle leads to the sources. */
const declarationMaps = {
  name: 'declaration-maps',
  load: {
    filter: { id: /\.d\.ts$/ },
    handler: (id) => ({
      code: forOldCompilers(readFileSync(id, 'utf8')),
      map: JSON.parse(readFileSync(`${id}.map`, 'utf8')),
    }),
  },
}

/** `Buffer` and its like take a type only since TypeScript 5.7; this one is what they mean without it. */
function forOldCompilers(code) {
  return code.replace(/\b((?:Buffer|DataView|\w+Array))<ArrayBufferLike>/g, '$1')
}
