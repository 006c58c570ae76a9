import { copyFileSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { bundleTypes } from './bundle-types.mjs'
import { bundlePage, pageInside } from './page.mjs'
import { root } from './workspace.mjs'

const folders = { esm: 'dist', cjs: join('cjs', 'dist') }
/**
 * What an application may import alone stands apart from the pool: a bundler keeps what a file does while it is loaded, as the
 * tables of options do, and drops a file of which nothing is used. Bundlers take a CommonJS module as a whole, so that has one
 * file.
 */
const parts = Object.entries({
  light: /[\\/]core[\\/]src[\\/](?:errors[\\/]|config[\\/]redact\.|selectors[\\/]host-state\.|pool[\\/]observer\.)/,
  sql: /[\\/]core[\\/]src[\\/]sql[\\/]/,
  config: /[\\/]core[\\/]src[\\/](?:config|selectors)[\\/]|[\\/]node_modules[\\/]/,
  retry: /[\\/]core[\\/]src[\\/]lease[\\/]with-retry\./,
  pool: /[\\/]core[\\/]src[\\/](?!index\.)/,
}).map(([name, test], place) => ({ name, test, priority: 100 - place }))
/** What packages contain of others, with the file that says on what terms. */
export const contained = { core: { leven: 'license', zod: 'LICENSE' }, 'status-page': { uplot: 'LICENSE' } }

/**
 * Makes one file of each package, as an ES module and as CommonJS: it loads in less than half of the time that its hundred
 * modules take, and keeps less in memory. Names and lines stay as they were written, for the sake of stack traces. The
 * declarations are one file likewise.
 */
export async function bundle() {
  // Not there before the dependencies are installed.
  const { rolldown } = await import('rolldown')
  const directories = readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name))
  await bundlePage()
  await Promise.all(
    directories.map(async (directory) => {
      for (const folder of Object.values(folders)) rmSync(join(directory, folder), { recursive: true, force: true })
      const external = isExternal(directory)
      const bundled = await rolldown({
        input: join(directory, 'src', 'index.ts'),
        external,
        plugins: [zodByItself, pageInside],
        platform: 'node',
        logLevel: 'warn',
      })
      for (const [format, folder] of Object.entries(folders)) {
        await bundled.write({
          dir: join(directory, folder),
          entryFileNames: 'index.js',
          chunkFileNames: '[name].js',
          codeSplitting: format === 'esm' && { groups: parts },
          minifyInternalExports: false,
          format,
          // What other bundlers go by to leave out what an application does not use.
          comments: { annotation: true, jsdoc: false, legal: false },
          esModule: true,
          // A single letter beyond Latin makes Node keep two bytes for each letter of the file.
          charset: 'ascii',
          sourcemap: true,
          sourcemapExcludeSources: true,
        })
      }
      await bundled.close()
      await bundleTypes(directory, folders, external)
    }),
  )
  for (const [owner, licences] of Object.entries(contained)) {
    const directory = join(root, 'packages', owner)
    for (const [name, file] of Object.entries(licences)) {
      for (const folder of Object.values(folders)) {
        copyFileSync(join(directory, 'node_modules', name, file), join(directory, folder, `${name}.LICENSE`))
      }
    }
  }
}

/**
 * zod keeps its settings on `globalThis`, the same for all its copies in a process. The one in core has its own: an application
 * that sets up its zod does not mean this one, and a library leaves no global behind.
 */
const zodByItself = {
  name: 'zod-by-itself',
  transform: {
    filter: { id: /[\\/]zod[\\/]v4[\\/]core[\\/](?:core|registries)\.js$/ },
    // No line moves, so the source map is right as it is.
    handler: (code) => ({
      code: `const settingsOfThisCopy = {}; ${code.replace(/\bglobalThis\b/g, 'settingsOfThisCopy')}`,
      map: null,
    }),
  },
}

/** What an application installs beside a package stays outside of it. */
function isExternal(directory) {
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
  const names = Object.keys({ ...dependencies, ...peerDependencies })
  return (id) => names.some((name) => id === name || id.startsWith(`${name}/`))
}
