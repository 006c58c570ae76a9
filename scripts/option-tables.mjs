import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './workspace.mjs'

/** Writes the options into the README and their page, from the rows of the options and their doc comments. Needs the build. */
export async function writeOptionTables() {
  const config = join(root, 'packages', 'core', 'src', 'config')
  const { optionDocs, withMainOptions, withOptionSections } = await import(
    join(root, 'packages', 'core', 'build', 'config', 'option-docs.js')
  )
  const docs = optionDocs((path) => readFileSync(join(config, path), 'utf8'))
  rewrite('README.md', (readme) => withMainOptions(readme, docs))
  rewrite('docs/options.md', (page) => withOptionSections(page, docs))
}

function rewrite(path, change) {
  const file = join(root, path)
  writeFileSync(file, change(readFileSync(file, 'utf8')))
}
