import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './child.mjs'
import { binary, root } from './workspace.mjs'

const core = join(root, 'packages', 'core')
const source = join(core, 'src', 'config', 'zod.ts')
const outputs = { esm: join(core, 'dist', 'config'), cjs: join(core, 'cjs', 'dist', 'config') }
// Node keeps the text of what it has loaded in memory: a quarter of it is left without comments and long names.
const settings = ['--platform', 'node', '--minify', '--log-level', 'warn']

/** Puts what core uses of zod into both of its builds, with zod's licence beside it. Resolves to whether that worked. */
export async function bundleZod() {
  for (const [format, directory] of Object.entries(outputs)) {
    const file = join(directory, 'zod.js')
    const options = [source, '--file', file, '--format', format, ...settings]
    const { status, output } = await run(binary('rolldown'), options, { cwd: core, capture: true })
    if (status !== 0) {
      process.stderr.write(output)
      return false
    }
    // The compiler's map is of what it wrote itself.
    rmSync(`${file}.map`, { force: true })
    copyFileSync(join(core, 'node_modules', 'zod', 'LICENSE'), join(directory, 'zod.LICENSE'))
  }
  return true
}
