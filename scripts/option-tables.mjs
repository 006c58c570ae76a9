import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './workspace.mjs'

/** Writes the tables of options into the README, from the rows of the options and their doc comments. Needs the build. */
export async function writeOptionTables() {
  const config = join(root, 'packages', 'core', 'src', 'config')
  const { optionDocs, withOptionTables } = await import(
    join(root, 'packages', 'core', 'dist', 'config', 'option-docs.js')
  )
  const readme = join(root, 'README.md')
  const docs = optionDocs((path) => readFileSync(join(config, path), 'utf8'))
  writeFileSync(readme, withOptionTables(readFileSync(readme, 'utf8'), docs))
}
