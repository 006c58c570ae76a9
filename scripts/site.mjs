import { join } from 'node:path'
import { must } from './child.mjs'
import { root } from './workspace.mjs'

/** Writes the reference of the packages' exports from their doc comments, and builds the site into docs/.vitepress/dist. */
export async function buildSite() {
  const docs = join(root, 'docs')
  const program = (name) => join(docs, 'node_modules', '.bin', name)
  await must(program('typedoc'), [], { cwd: docs })
  await must(program('vitepress'), ['build'], { cwd: docs })
}
