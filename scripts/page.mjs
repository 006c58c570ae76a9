import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './workspace.mjs'

const directory = join(root, 'packages', 'status-page')
const built = join(directory, 'page', 'dist')
/** The script contains the chart library, whose terms ask for this. */
const NOTICE = '/* With uPlot, (c) Leon Sorokin, MIT License */'
/** Bytes of the whole page: it is also looked at through a tunnel, by night. */
const LARGEST = 80_000
const TYPES = { 'page.js': 'text/javascript', 'page.css': 'text/css', 'icon.svg': 'image/svg+xml' }

/** Makes one script and one style of the status page, with the chart library in both. */
export async function bundlePage() {
  const { rolldown } = await import('rolldown')
  mkdirSync(built, { recursive: true })
  const bundled = await rolldown({ input: join(directory, 'page', 'main.ts'), platform: 'browser', logLevel: 'warn' })
  await bundled.write({
    file: join(built, 'page.js'),
    format: 'esm',
    minify: true,
    comments: false,
    charset: 'ascii',
    banner: NOTICE,
  })
  await bundled.close()
  const chart = readFileSync(join(directory, 'node_modules', 'uplot', 'dist', 'uPlot.min.css'), 'utf8')
  const own = readFileSync(join(directory, 'page', 'page.css'), 'utf8')
  writeFileSync(join(built, 'page.css'), `${chart.trim()}\n${own}`)
  copyFileSync(join(directory, 'page', 'icon.svg'), join(built, 'icon.svg'))
  const size = Object.keys(TYPES).reduce((sum, name) => sum + statSync(join(built, name)).size, 0)
  if (size > LARGEST) throw new Error(`the status page has ${size} bytes; ${LARGEST} are the most`)
}

/**
 * Puts these files into the package itself, in place of the code that reads them: an application that is bundled has no files of
 * its packages at hand.
 */
export const pageInside = {
  name: 'page-inside',
  transform: {
    filter: { id: /[\\/]status-page[\\/]src[\\/]page-files\.ts$/ },
    handler: () => {
      const files = Object.entries(TYPES).map(([name, type]) => [
        name,
        { type, text: readFileSync(join(built, name), 'utf8') },
      ])
      return {
        code: `const files = ${JSON.stringify(Object.fromEntries(files))}; export const pageFiles = () => files`,
        map: null,
      }
    },
  },
}
