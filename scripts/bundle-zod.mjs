import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './child.mjs'
import { binary, root } from './workspace.mjs'

const core = join(root, 'packages', 'core')

/** Puts what core uses of zod into both of its builds, with zod's licence beside it. Resolves to whether that worked. */
export async function bundleZod() {
  for (const [output, format] of [
    ['dist', 'esm'],
    [join('cjs', 'dist'), 'cjs'],
  ]) {
    const directory = join(core, output, 'config')
    const file = join(directory, 'zod.js')
    const source = join(core, 'src', 'config', 'zod.ts')
    // Node keeps the text of what it has loaded in memory: a quarter of it is left without comments and long names.
    const options = [
      source,
      '--file',
      file,
      '--format',
      format,
      '--platform',
      'node',
      '--minify',
      '--log-level',
      'warn',
    ]
    const { status } = await run(binary('rolldown'), options, { cwd: core })
    if (status !== 0) return false
    // The compiler's map is of what it wrote itself.
    rmSync(`${file}.map`, { force: true })
    copyFileSync(join(core, 'node_modules', 'zod', 'LICENSE'), join(directory, 'zod.LICENSE'))
  }
  return true
}
